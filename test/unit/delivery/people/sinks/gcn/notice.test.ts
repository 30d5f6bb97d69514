import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { type GcnNotice, gcnNotice } from '../../../../../../src/delivery/people/sinks/gcn/notice.js';
import { requireValid } from '../../../../../../src/delivery/people/sinks/gcn/schema.js';
import { ALERT_ID, type NoticeFields, notice, row } from '../../../../../support/notices.js';

const require = createRequire(import.meta.url);
const CORE = ['Alert', 'Event', 'Reporter', 'DateTime', 'Statistics'];

/** Each of GCN's schemas alone, as a subscriber would ask them. */
function expectAllowedByGcn(told: GcnNotice): void {
  const ajv = new Ajv2020();
  for (const name of CORE) {
    const schema = require(`@nasa-gcn/schema/gcn/notices/core/${name}.schema.json`);
    expect(ajv.validate(schema, told), `${name}: ${ajv.errorsText()}`).toBe(true);
  }
  const status = require('@nasa-gcn/schema/gcn/notices/core/DetectorStatus.schema.json');
  for (const one of Object.values(told.detector_status)) expect(ajv.validate(status, one)).toBe(true);
  expect(() => requireValid(told)).not.toThrow();
}

const SUPER_K = row('Super-K', '45.678999123', 0, 0.07);
const XENONNT = row('XENONnT', '49.178999123', 3.5, 0.2);
const JUNO = row('JUNO', '52.678999123', 7, 0.4);

function noticeOf(fields: NoticeFields = {}) {
  return notice({ rows: [SUPER_K, XENONNT], ...fields });
}

const TIMES = ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:49.178999123Z', '2030-01-01T12:34:52.678999123Z'];

describe('a notice to GCN', () => {
  test("of an event's first alert", () => {
    const told = gcnNotice(noticeOf());
    expect(told).toEqual({
      $schema: 'https://gcn.nasa.gov/schema/main/gcn/notices/snews2/coincidence.schema.json',
      alert_datetime: '2030-01-01T12:35:00.760860123Z',
      alert_tense: 'current',
      alert_type: 'initial',
      event_name: 'SN-20300101-1',
      id: 'SN-20300101-1',
      mission: 'SNEWS',
      messenger: 'Neutrino',
      record_number: 1,
      trigger_time: TIMES[0],
      far: 7.928e-10,
      snews_schema_version: '1.0',
      snews2_tier: 'CoincidenceTier',
      detector_names: ['Super-K', 'XENONnT'],
      detector_status: { 'Super-K': 'triggered', XENONnT: 'triggered' },
      event_times_utc: TIMES.slice(0, 2),
      tier_data: {
        neutrino_time_utc: TIMES[0],
        p_values: [0.07, 0.2],
        false_alarm_prob: 7.928e-10,
        measured_false_alarm_rate_hz: 1.531e-9,
        alert_uuid: ALERT_ID,
        snews_alert_type: 'COINC_MSG',
        sub_group: 0,
      },
    });
    expectAllowedByGcn(told);
  });

  test('of an update: one detector more, without a p-value', () => {
    const rows = [SUPER_K, { ...XENONNT, p_val: null }, JUNO];
    const told = gcnNotice(noticeOf({ kind: 'update', recordNumber: 2, rows, alert: { alert_type: 'UPDATE' } }));
    expect(told).toMatchObject({
      alert_type: 'update',
      record_number: 2,
      trigger_time: TIMES[0],
      detector_names: ['Super-K', 'XENONnT', 'JUNO'],
      event_times_utc: TIMES,
    });
    expect(told.tier_data).not.toHaveProperty('p_values');
    expectAllowedByGcn(told);
  });

  test('of a retraction that leaves no coincidence: no rate, and the status of who retracted is on', () => {
    const told = gcnNotice(
      noticeOf({
        kind: 'retraction',
        recordNumber: 3,
        eventState: 'retracted',
        rows: [XENONNT],
        retracted: [SUPER_K],
        alert: { alert_type: 'RETRACTION', false_alarm: null },
      }),
    );
    expect(told).toMatchObject({
      alert_type: 'retraction',
      record_number: 3,
      trigger_time: TIMES[1],
      detector_names: ['XENONnT'],
      detector_status: { XENONnT: 'triggered', 'Super-K': 'on' },
      tier_data: { p_values: [0.2], snews_alert_type: 'RETRACTION' },
    });
    expect(told).not.toHaveProperty('far');
    expect(told.tier_data).not.toHaveProperty('false_alarm_prob');
    expectAllowedByGcn(told);
  });

  test('of a retraction that leaves a coincidence is an update: the event stands', () => {
    const retracted = [JUNO];
    const retraction = { kind: 'retraction', retracted, alert: { alert_type: 'RETRACTION' } } as const;
    expect(gcnNotice(noticeOf({ ...retraction, eventState: 'retracted' }))).toMatchObject({
      alert_type: 'update',
      detector_status: { 'Super-K': 'triggered', JUNO: 'on' },
    });
    // Another sub-group of the event stands.
    const rows = [XENONNT];
    expect(gcnNotice(noticeOf({ ...retraction, rows, eventState: 'open' }))).toMatchObject({ alert_type: 'update' });
    // It stood until it expired, while GCN was away: nobody took it back.
    expect(gcnNotice(noticeOf({ ...retraction, rows, eventState: 'closed' }))).toMatchObject({ alert_type: 'update' });
  });

  test('of a retraction that leaves no detector has the time of those that retracted', () => {
    const told = gcnNotice(
      noticeOf({
        kind: 'retraction',
        eventState: 'retracted',
        rows: [],
        retracted: [JUNO, XENONNT],
        alert: { false_alarm: null },
      }),
    );
    expect(told).toMatchObject({ trigger_time: TIMES[1], detector_names: [], event_times_utc: [] });
    expectAllowedByGcn(told);
  });

  test('of a fire drill is a test', () => {
    const told = gcnNotice(noticeOf({ isDrill: true, alert: { event_id: 'DRILL-20300101-1' } }));
    expect(told).toMatchObject({ alert_tense: 'test', event_name: 'DRILL-20300101-1', id: 'DRILL-20300101-1' });
    expectAllowedByGcn(told);
  });

  test('keeps hostile names as the strings that they are', () => {
    const names = ['__proto__', '","alert_type":"retraction","x":"', '<b>\u0000\n'];
    const rows = names.map((name, i) => row(name, `4${i}.000000000`, i, 0.5));
    const told = gcnNotice(noticeOf({ rows }));
    const read = JSON.parse(JSON.stringify(told)) as GcnNotice;
    expect(read.detector_names).toEqual(names);
    expect(Object.keys(read.detector_status).sort()).toEqual([...names].sort());
    expect(read.alert_type).toBe('initial');
    expectAllowedByGcn(told);
  });
});

test.each<[string, object]>([
  ['an alert type that GCN has not', { alert_type: 'maybe' }],
  ['a tense that is not ours', { alert_tense: 'archival' }],
  ['a rate that is text', { far: '7.93e-10 Hz' }],
  ['a rate of nothing', { far: 0 }],
  ['a messenger that GCN has not', { messenger: 'Gravity' }],
  ['a time without zone', { trigger_time: '2030-01-01T12:34:45.678999123' }],
  ['a half record', { record_number: 1.5 }],
  ['a p-value above 1', { tier_data: { ...gcnNotice(noticeOf()).tier_data, p_values: [1.1] } }],
  ['a status that GCN has not', { detector_status: { JUNO: 'asleep' } }],
  ['a key that nobody knows', { colour: 'red' }],
])('%s is refused, and said what is wrong', (_, fault) => {
  const told = { ...gcnNotice(noticeOf()), ...fault } as GcnNotice;
  const path = Object.keys(fault)[0] as string;
  expect(() => requireValid(told)).toThrow(expect.objectContaining({ kind: 'permanent', name: 'DeliveryError' }));
  expect(() => requireValid(told)).toThrow(path);
});
