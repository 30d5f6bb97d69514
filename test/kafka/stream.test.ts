import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { checkConsistency } from '../../src/cache/history/consistency-check.js';
import { CACHE_NAMES } from '../../src/domain/cache-name.js';
import { ADMIN_PASSWORD, count, receive, send, untilReading } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { post } from '../support/load.js';
import { ADMIN_KEY, type ServiceProcess } from '../support/service-process.js';
import { CAPTURED } from '../support/wire-records.js';

const brokers = inject('kafkaBrokers');

const soon = { timeout: 60_000, interval: 50 };

function message(detector: string, second: number, fields: object = {}): { value: string } {
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000 + second * 1000).toISOString();
  return {
    value: JSON.stringify({
      id: `${detector}_CoincidenceTier_None`,
      uuid: randomUUID(),
      tier: 'CoincidenceTier',
      detector_name: detector,
      neutrino_time_utc: time,
      p_val: 0.01,
      ...fields,
    }),
  };
}

describe.skipIf(brokers === undefined)('over Kafka', () => {
  const broker = brokers ?? '';
  let site: KafkaSite;
  let service: ServiceProcess;

  beforeEach(async () => {
    site = await kafkaSite(broker);
    service = await site.start();
  });
  afterEach(async () => {
    for (const cache of CACHE_NAMES) {
      expect(await checkConsistency(site.databaseUrl, cache)).toMatchObject({
        differences: [],
        clean: true,
        replayed: true,
      });
    }
    await site.cleanUp();
  });

  async function get(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    return (await response.json()) as Record<string, unknown>;
  }
  const letters = async () =>
    (await site.query('SELECT position::int AS offset, reason, detail, value FROM dead_letter ORDER BY 1')).rows;
  const states = async () => (await site.query('SELECT cache, state FROM observation ORDER BY command')).rows;

  test('two observations become an alert in the form that subscribers read', async () => {
    await send(broker, site.topics.observations, [message('JUNO', 0), message('Super-K', 1)]);
    const [alert] = await receive(broker, site.topics.alerts, 1);
    const value = JSON.parse(String(alert?.value));
    expect(value).toMatchObject({
      id: expect.stringMatching(/^SNEWS_Coincidence_ALERT \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
      alert_type: 'COINC_MSG',
      detector_names: ['JUNO', 'Super-K'],
      'sub list number': 0,
      sequence: 1,
      event_id: expect.stringMatching(/^SN-\d{8}-1$/),
      schema_version: expect.any(String),
      false_alarm_rate_hz: expect.any(Number),
      measured_false_alarm_rate_hz: expect.any(Number),
    });
    expect(value.id).toBe(`SNEWS_Coincidence_ALERT ${value.sent_time}`);
    expect(alert?.headers).toEqual({
      _id: Buffer.from(value.alert_uuid.replaceAll('-', ''), 'hex'),
      _sender: Buffer.from('snews-coincidence'),
      _format: Buffer.from('json'),
    });
  });

  test('a message goes to the cache of its flags, its header and its topic, and its alert to the topic of that', async () => {
    const header = { _test: 'true' };
    await send(broker, site.topics.firedrillObservations, [
      message('JUNO', 0),
      message('DUNE', 1),
      { ...message('JUNO', 0), headers: header },
      { ...message('DUNE', 1), headers: header },
    ]);
    await send(broker, site.topics.observations, [
      message('JUNO', 0, { is_test: true }),
      message('DUNE', 1, { meta: { is_firedrill: 'True' } }),
    ]);
    const [drill] = await receive(broker, site.topics.firedrillAlerts, 1);
    const [tested] = await receive(broker, site.topics.connectionTests, 1);
    expect(JSON.parse(String(drill?.value))).toMatchObject({ event_id: expect.stringMatching(/^DRILL-/) });
    expect(JSON.parse(String(tested?.value))).toMatchObject({
      alert_type: 'TEST COINC_MSG',
      'False Alarm Prob': 'N/A',
      event_id: expect.stringMatching(/^TEST-/),
    });
    await vi.waitFor(async () => expect(await states()).toHaveLength(6), soon);
    expect((await states()).filter(({ cache }) => cache === 'live')).toEqual([]);
    expect((await site.query(`SELECT FROM alert WHERE cache = 'live'`)).rowCount).toBe(0);
  });

  test('every captured message is handled, and the good one behind each bad one too', async () => {
    expect(CAPTURED).toHaveLength(45);
    const good = message('JUNO', 0, { is_test: true });
    await send(
      broker,
      site.topics.observations,
      CAPTURED.flatMap(({ record }) => [record as { value: Buffer }, good]),
    );
    const last = message('DUNE', 100, { is_test: true });
    await send(broker, site.topics.observations, [last]);
    const uuid = JSON.parse(last.value).uuid;
    await vi.waitFor(
      async () => expect((await site.query('SELECT FROM observation WHERE uuid = $1', [uuid])).rowCount).toBe(1),
      soon,
    );
    const bad = CAPTURED.flatMap(({ expect: { error } }, i) => (error === undefined ? [] : [[2 * i, error]]));
    const buried = await letters();
    for (const [offset, reason] of bad) expect(buried).toContainEqual(expect.objectContaining({ offset, reason }));
    expect((await site.query('SELECT position::int FROM stream_position WHERE position > 0')).rows).toEqual([
      { position: 91 },
    ]);
  });

  test('what can not take effect is a dead letter without its password, and the stream goes on', async () => {
    const pass = 'a-secret-that-nobody-may-see';
    await send(broker, site.topics.observations, [
      { value: `{"_id": "0_hard-reset", "pass": "${pass}"}` },
      { value: `{"_id": "0_hard-reset", "pass": "${pass}"` },
      { value: `{"_id": "0_format-disk", "pass": "${ADMIN_PASSWORD}"}` },
      message('Nobody', 0),
      message('JUNO', 0),
    ]);
    await vi.waitFor(async () => expect(await states()).toHaveLength(1), soon);
    const buried = await letters();
    expect(buried.map(({ reason }) => reason)).toEqual(['forbidden', 'malformed', 'unknown command', 'unprocessable']);
    const kept = JSON.stringify(
      (await site.query('SELECT * FROM dead_letter, message')).rows.map((row) => [row, String(row.value)]),
    );
    for (const secret of [pass, ADMIN_PASSWORD]) {
      expect(kept).not.toContain(secret);
      expect(service.output + service.complaint).not.toContain(secret);
    }
    expect(kept).toContain('***');
  });

  test('dead letters are listed, and take effect when they are tried again after a fix', async () => {
    await send(broker, site.topics.firedrillObservations, [message('Newcomer', 0), { value: 'no JSON' }]);
    await vi.waitFor(async () => expect(await letters()).toHaveLength(2), soon);
    const { items } = (await get('/v1/admin/dead-letters')) as { items: { id: number }[] };
    expect(items).toMatchObject([
      { offset: 1, reason: 'malformed', excerpt: 'no JSON', replayed_at: null },
      { offset: 0, reason: 'unprocessable', detail: expect.stringContaining('Newcomer'), replayed_at: null },
    ]);
    const replay = async (id: number | undefined) =>
      (await post(`${service.url}/v1/admin/dead-letters/${id}/replay`, {}, ADMIN_KEY)).status;
    const [malformed, unknown] = items.map(({ id }) => id);
    expect([await replay(malformed), await replay(unknown), await replay(4711)]).toEqual([422, 422, 404]);
    await site.query(
      `INSERT INTO detector VALUES ('Newcomer', 99, 'Newcomer', 'liquid argon', 'Lead', 44.35, -103.75)`,
    );
    expect([await replay(unknown), await replay(unknown)]).toEqual([200, 200]);
    expect(await states()).toEqual([{ cache: 'firedrill', state: 'active' }]);
    expect(await get('/v1/admin/dead-letters?limit=2')).toMatchObject({
      items: [{ replayed_at: null }, { replayed_at: expect.any(String) }],
    });
  });

  test('commands: a reset with the right password, a connection test that is echoed', async () => {
    await send(broker, site.topics.observations, [message('JUNO', 0), message('DUNE', 0, { is_test: true })]);
    await send(broker, site.topics.observations, [
      { value: JSON.stringify({ _id: '0_hard-reset', pass: ADMIN_PASSWORD, meta: { is_test: true } }) },
    ]);
    const test = { id: '0_test-connection', detector_name: 'JUNO', tier: 'Heartbeat', meta: { status: 'sending' } };
    await send(broker, site.topics.observations, [{ value: JSON.stringify(JSON.stringify(test)) }]);
    const [echo] = await receive(broker, site.topics.connectionTests, 1);
    expect(JSON.parse(String(echo?.value))).toEqual({ ...test, meta: { status: 'received' } });
    expect(await states()).toEqual([
      { cache: 'live', state: 'active' },
      { cache: 'test', state: 'reset' },
    ]);
  });

  test('heartbeats and retractions act as over REST; before its observation a retraction waits', async () => {
    const early = randomUUID();
    const one = message('JUNO', 0);
    const { uuid } = JSON.parse(one.value);
    const heartbeat = { id: 'LZ_Heartbeat_None', detector_name: 'LZ', detector_status: 'OFF' };
    const retract = { tier: 'Retraction', detector_name: 'JUNO', retract_latest_n: 0 };
    await send(broker, site.topics.observations, [
      one,
      message('DUNE', 1),
      { value: JSON.stringify(heartbeat) },
      { value: JSON.stringify({ ...retract, retract_message_uuid: uuid }) },
      { value: JSON.stringify({ ...retract, retract_message_uuid: early }) },
      message('JUNO', 2, { uuid: early }),
    ]);
    await vi.waitFor(async () => expect(await states()).toHaveLength(3), soon);
    expect((await states()).map(({ state }) => state)).toEqual(['retracted', 'active', 'retracted']);
    expect(await get('/v1/detectors/LZ')).toMatchObject({ status: 'OFF' });
    const alerts = await receive(broker, site.topics.alerts, 2);
    expect(alerts.map(({ value }) => JSON.parse(String(value)).alert_type)).toEqual(['COINC_MSG', 'RETRACTION']);
    expect(await letters()).toEqual([]);
  });

  test('alerts that were caused over REST are published too, in the order of their sequence', async () => {
    for (let i = 0; i < 60; i++) {
      const { value } = message(i % 2 === 0 ? 'JUNO' : 'DUNE', 20 * Math.floor(i / 2));
      expect((await post(`${service.url}/v1/observations`, JSON.parse(value), ADMIN_KEY)).status).toBe(201);
    }
    const alerts = await receive(broker, site.topics.alerts, 30);
    expect(alerts.map(({ value }) => JSON.parse(String(value)).sequence)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
  });

  test('a stop leaves nothing half done, and the next start goes on where it was', async () => {
    await send(broker, site.topics.observations, [message('JUNO', 0), message('DUNE', 1)]);
    await vi.waitFor(async () => expect(await states()).toHaveLength(2), soon);
    service.send('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await send(broker, site.topics.observations, [message('SNO+', 2)]);
    service = await site.start();
    const alerts = await receive(broker, site.topics.alerts, 2);
    expect(alerts.map(({ value }) => JSON.parse(String(value)).sequence)).toEqual([1, 2]);
    await untilReading(service);
    expect(await count(broker, site.topics.alerts)).toBe(2);
    expect(await letters()).toEqual([]);
  });
});
