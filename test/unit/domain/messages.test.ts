import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadMessage, readMessage } from '../../../src/domain/messages/any-message.js';
import { MessageError } from '../../../src/domain/messages/message-error.js';
import { maskPasswords } from '../../../src/domain/messages/passwords.js';
import { CoincidenceTier, Heartbeat, Retraction, TimingTier } from '../../../src/domain/messages/tiers.js';
import {
  heartbeatCommand,
  observeCommand,
  retractCommand,
  timingCommand,
} from '../../../src/domain/messages/to-command.js';
import { parseUtc } from '../../../src/domain/time.js';

const ARRIVAL = {
  receivedTime: parseUtc('2030-01-01T12:35:00Z'),
  source: 'key',
  body: '{}',
  uuid: '00000000-0000-4000-8000-000000000000',
};
const TIME = '2030-01-01T12:34:45.678999123Z';

describe('an observation becomes a command', () => {
  it('with everything that it says', () => {
    const message = CoincidenceTier.parse({
      id: 'Super-K_CoincidenceTier_x',
      uuid: '9CCDC218-2552-4E33-B023-04308A21BD20',
      tier: 'CoincidenceTier',
      detector_name: 'Super-K',
      neutrino_time_utc: TIME,
      p_val: 0.07,
      machine_time_utc: '2030-01-01 12:34',
      sent_time_utc: '2030-01-01T13:34:46+01:00',
      is_pre_sn: true,
      is_firedrill: true,
      meta: { run: 42 },
      schema_version: '0.2',
    });
    expect(observeCommand(message, ARRIVAL)).toEqual({
      kind: 'observe',
      uuid: '9ccdc218-2552-4e33-b023-04308a21bd20',
      cache: 'firedrill',
      detectorName: 'Super-K',
      receivedTime: ARRIVAL.receivedTime,
      source: 'key',
      body: '{}',
      id: 'Super-K_CoincidenceTier_x',
      neutrinoTime: parseUtc(TIME),
      pVal: 0.07,
      isPreSn: true,
      machineTime: parseUtc('2030-01-01T12:34:00Z'),
      sentTime: parseUtc('2030-01-01T12:34:46Z'),
      schemaVersion: '0.2',
      meta: { run: 42 },
    });
  });

  it('with nothing where it says nothing, and an identity and an id of the server', () => {
    const message = CoincidenceTier.parse({ detector_name: 'LVD', neutrino_time_utc: TIME, p_val: null, uuid: null });
    expect(observeCommand(message, ARRIVAL)).toMatchObject({
      uuid: ARRIVAL.uuid,
      cache: 'live',
      id: 'LVD_CoincidenceTier_None',
      pVal: null,
      isPreSn: false,
      machineTime: null,
      meta: null,
    });
  });

  it('of the test cache, also in a fire drill', () => {
    const flags = { is_test: true, is_firedrill: true };
    const message = CoincidenceTier.parse({ detector_name: 'LVD', neutrino_time_utc: TIME, ...flags });
    expect(observeCommand(message, ARRIVAL).cache).toBe('test');
  });
});

describe('a retraction', () => {
  const base = { detector_name: 'LVD' };

  it('takes the latest n, or one by its uuid', () => {
    const latest = Retraction.parse({ ...base, retract_latest_n: 2, retract_message_uuid: null });
    expect(retractCommand(latest, ARRIVAL).target).toEqual({ latest: 2 });
    const uuid = '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11';
    const one = Retraction.parse({ ...base, retract_latest_n: 0, retract_message_uuid: uuid.toUpperCase() });
    expect(retractCommand(one, ARRIVAL).target).toEqual({ uuid });
  });

  it.each([
    {},
    { retract_latest_n: 0 },
    { retract_latest_n: null, retract_message_uuid: null },
    { retract_latest_n: 1, retract_message_uuid: '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11' },
    { retract_latest_n: -1 },
    { retract_latest_n: 1.5 },
    { retract_latest_n: 2 ** 53 },
  ])('makes no sense with %j', (wrong) => {
    expect(Retraction.safeParse({ ...base, ...wrong }).success).toBe(false);
  });
});

describe('the content that makes a message the same under its uuid', () => {
  it('is the same time in whatever form, and null as absent', () => {
    const base = { detector_name: 'LVD', detector_status: 'ON' };
    const content = (more: object) => heartbeatCommand(Heartbeat.parse({ ...base, ...more }), ARRIVAL).content;
    const withTime = content({ machine_time_utc: '2030-01-01T00:00:00Z', sent_time_utc: TIME });
    expect(withTime).toBe(content({ machine_time_utc: '2030-01-01 01:00+01:00' }));
    expect(withTime).not.toBe(content({}));
    expect(content({})).toBe(content({ machine_time_utc: null }));
    expect(content({})).not.toBe(content({ detector_status: 'OFF' }));
  });

  it('is each number of a series', () => {
    const content = (timing_series: number[]) =>
      timingCommand(TimingTier.parse({ detector_name: 'LVD', timing_series }), ARRIVAL).content;
    expect(content([1, 2])).not.toBe(content([12]));
  });
});

describe('a message of any kind', () => {
  const messages = readFileSync(new URL('../../fixtures/messages.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; expect: { json?: Record<string, unknown> } })
    .flatMap(({ name, expect: { json } }) => (json === undefined ? [] : [{ name, json }]));

  it.each(messages)('is read as what it is: $name', ({ json }) => {
    const id = String(json['id'] ?? json['_id']);
    // An integer beyond 2^53 can't come through exactly: refused, not altered.
    if (JSON.stringify(json).includes('900719925474099')) {
      expect(() => readMessage(json)).toThrow(MessageError);
      return;
    }
    const kind: ReadMessage['kind'] =
      id === '0_test-connection'
        ? 'test-connection'
        : id.startsWith('0_')
          ? 'command'
          : ((json['tier'] ?? id.split('_')[1]) as ReadMessage['kind']);
    expect(readMessage(json).kind).toBe(kind);
  });

  it('is a test wherever it says so, and never by mistake something else', () => {
    const base = { id: '9_CoincidenceTier_x', detector_name: 'LVD', neutrino_time: TIME };
    const isTest = (more: object) => {
      const read = readMessage({ ...base, ...more });
      return read.kind === 'CoincidenceTier' && observeCommand(read.message, ARRIVAL).cache === 'test';
    };
    const marked = [{ is_test: true }, { is_test: 'True' }, { is_test: 'true' }, { meta: { is_test: true } }];
    for (const more of [...marked, { meta: { is_test: 'True' } }, { is_test: false, meta: { is_test: true } }]) {
      expect(isTest(more), JSON.stringify(more)).toBe(true);
    }
    for (const more of [{}, { is_test: 'False' }, { is_test: null }, { meta: { is_test: false } }, { meta: null }]) {
      expect(isTest(more), JSON.stringify(more)).toBe(false);
    }
    for (const more of [{ is_test: 'perhaps' }, { is_test: 1 }, { meta: { is_test: 'perhaps' } }]) {
      expect(() => isTest(more), JSON.stringify(more)).toThrow(MessageError);
    }
  });

  it('may name its cache in a command', () => {
    expect(readMessage({ _id: '0_hard-reset', meta: { is_test: 'True' } })).toMatchObject({ isTest: true });
    expect(readMessage({ _id: '0_hard-reset', is_firedrill: true })).toMatchObject({
      isTest: false,
      isFiredrill: true,
    });
    expect(() => readMessage({ _id: '0_hard-reset', is_test: 'perhaps' })).toThrow(MessageError);
  });

  it.each([
    null,
    [],
    'text',
    5,
    {},
    { id: 'x' },
    { tier: 'Alert' },
    { tier: 5, id: 'LVD_Heartbeat_x' },
    { tier: 'Heartbeat' },
  ])('is none if it is %j', (value) => {
    expect(() => readMessage(value)).toThrow(MessageError);
  });
});

describe('passwords', () => {
  it('are masked wherever they stand, and nothing else changes', () => {
    expect(maskPasswords({ pass: 'a', meta: [{ Password: { b: 1 } }], passage: 'c' })).toEqual({
      pass: '***',
      meta: [{ Password: '***' }],
      passage: 'c',
    });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!/"pass(word)?"/i.test(JSON.stringify(value)));
        expect(maskPasswords(value)).toBe(value);
      }),
    );
  });
});
