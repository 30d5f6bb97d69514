import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../../src/domain/time.js';
import { type CanaryOptions, startCanary } from '../../../src/observability/canary/canary.js';
import { createTestDatabase } from '../../support/database.js';
import { until } from '../../support/embedded-harness.js';
import { captureLog } from '../../support/logs.js';
import { scrape } from '../../support/metrics.js';
import { ADMIN_KEY, type RestService, startRestService } from '../../support/rest-service.js';

describe('the canary, without Kafka', () => {
  let service: RestService;
  beforeAll(async () => {
    service = await startRestService({ CANARY_INTERVAL: '5', PUBLIC_METRICS: 'true' });
  });
  afterAll(() => service.stop());

  const alerted = async () => (await scrape(service.url)).value('snews_canary_runs_total', { outcome: 'alerted' }) ?? 0;
  const count = async (what: string) => Number((await service.query(`SELECT count(*) FROM ${what}`)).rows[0].count);

  test('runs repeatedly, and reports how long its alert took', async () => {
    await until(async () => (await alerted()) >= 2);
    const metrics = await scrape(service.url);
    const runs = metrics.value('snews_canary_runs_total', { outcome: 'alerted' });
    expect(metrics.value('snews_canary_latency_seconds_count')).toBe(runs);
    expect(metrics.value('snews_canary_latency_seconds_sum')).toBeGreaterThan(0);
    expect(metrics.value('snews_canary_runs_total', { outcome: 'failed' })).toBe(0);
    const last = metrics.value('snews_canary_last_success_timestamp_seconds') ?? 0;
    expect(Math.abs(Date.now() / 1_000 - last)).toBeLessThan(60);
    expect(metrics.value('snews_canary_interval_seconds')).toBe(5);
    // It went through a cache and its alert is there, where nobody else looks.
    expect(await count('snews_canary.alert')).toBeGreaterThanOrEqual(2);
    // Between two rounds each alert has its two observations.
    const perAlert = `SELECT (SELECT count(*) FROM snews_canary.observation)::int AS observations,
      2 * (SELECT count(*) FROM snews_canary.alert)::int AS expected`;
    await until(async () => {
      const { observations, expected } = (await service.query(perAlert)).rows[0];
      return observations === expected;
    });
  });

  test('leaves no trace where others look: lists, streams, detectors, quotas, figures', async () => {
    await until(async () => (await alerted()) >= 1);
    for (const cache of ['live', 'firedrill', 'test']) {
      for (const list of ['observations', 'alerts', 'events']) {
        expect(await service.get(`/v1/${list}?cache=${cache}`), `${list} of ${cache}`).toMatchObject({ items: [] });
      }
      expect(await service.get(`/v1/coincidences?cache=${cache}`)).toMatchObject({ sub_groups: [], version: 0 });
    }
    for (const table of ['observation', 'alert', 'event', 'sub_group', 'heartbeat', 'detector_minute', 'dead_letter']) {
      expect(await count(table), table).toBe(0);
    }
    // The founding of the three caches.
    expect(await count('message')).toBe(3);
    const { items } = await service.get<{ items: { last_message_at: string | null }[] }>('/v1/detectors');
    expect(items.filter(({ last_message_at }) => last_message_at !== null)).toEqual([]);
    const metrics = await scrape(service.url);
    expect([...metrics.names].filter((name) => name === 'snews_messages_total')).toEqual([]);
    expect(metrics.value('snews_alerts_total', { cache: 'test' })).toBeUndefined();
  });

  test('nobody reaches what it wrote over REST, by whatever name', async () => {
    await until(async () => (await alerted()) >= 1);
    const { rows } = await service.query(
      'SELECT uuid, (SELECT id FROM snews_canary.alert LIMIT 1) AS alert, detector_name FROM snews_canary.observation LIMIT 1',
    );
    const authorization = `Bearer ${ADMIN_KEY}`;
    for (const path of [`observations/${rows[0].uuid}`, `alerts/${rows[0].alert}`, 'coincidences?cache=canary']) {
      const { status } = await fetch(`${service.url}/v1/${path}`, { headers: { authorization } });
      expect([400, 404], path).toContain(status);
    }
    // A retraction of it waits for an observation that never comes; its own stays as it is.
    const states = 'SELECT state FROM snews_canary.observation WHERE uuid =';
    const before = (await service.query(`${states} '${rows[0].uuid}'`)).rows;
    const retraction = { detector_name: rows[0].detector_name, retract_message_uuid: rows[0].uuid, is_test: true };
    expect((await service.post('/v1/retractions', retraction)).status).toBe(202);
    const after = (await service.query(`${states} '${rows[0].uuid}'`)).rows;
    expect([before[0].state, 'reset']).toContain(after[0].state);
    for (const cache of ['canary', 'snews_canary']) {
      expect((await service.post('/v1/admin/reset', { cache, reason: 'a try' })).status).toBe(400);
    }
    expect(await service.differences()).toEqual([]);
  });
});

/** A canary of its own, counted and logged. */
function sing(databaseUrl: string, more: Partial<CanaryOptions> = {}) {
  const figures = { alerted: 0, failed: 0 };
  const { log, text } = captureLog('info');
  const { stop } = startCanary({
    databaseUrl,
    interval: 1,
    engine: 'complete',
    window: seconds(10),
    serverTag: 'test',
    kafka: () => undefined,
    observer: { onAlerted: () => figures.alerted++, onFailed: () => figures.failed++ },
    log,
    ...more,
  });
  return { figures, stop, logged: text };
}

test('of several replicas one leads; when it stops another one goes on', async () => {
  const database = await createTestDatabase();
  const first = sing(database.url);
  await until(() => first.figures.alerted >= 1);
  const second = sing(database.url);
  await until(() => first.figures.alerted >= 4);
  expect(second.figures).toEqual({ alerted: 0, failed: 0 });
  await first.stop();
  await until(() => second.figures.alerted >= 1);
  expect([first.figures.failed, second.figures.failed]).toEqual([0, 0]);
  await second.stop();
  await database.drop();
});

test.each(['complete', 'reference'] as const)(
  'old rows go, and what comes after is not disturbed: engine %s',
  async (engine) => {
    const database = await createTestDatabase();
    const canary = sing(database.url, { engine, keptMs: 1_500 });
    try {
      // Its alerts are numbered without gaps: after six of one a second, rows of 1.5 s are those of three at most.
      await until(() => canary.figures.alerted >= 6);
    } finally {
      await canary.stop();
    }
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('SELECT sequence::int FROM snews_canary.alert ORDER BY sequence');
    expect(rows.length).toBeLessThanOrEqual(3);
    expect(rows.at(-1).sequence).toBeGreaterThanOrEqual(6);
    expect(canary.figures.failed).toBe(0);
    await client.end();
    await database.drop();
  },
);

test('a failure is counted and logged, and it goes on when it can', async () => {
  const database = await createTestDatabase();
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const role = `canary_${randomUUID().slice(0, 8)}`;
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'secret';
  // It may not make a schema.
  const canary = sing(url.href, { engine: 'reference' });
  try {
    await until(() => canary.figures.failed >= 1);
    expect(canary.figures.alerted).toBe(0);
    expect(canary.logged()).toContain('canary:failed');
    expect(canary.logged()).toContain('permission denied for database');
    await admin.query(`GRANT CREATE ON DATABASE ${url.pathname.slice(1)} TO ${role}`);
    // The other engine, and again and again: what went before doesn't disturb.
    await until(() => canary.figures.alerted >= 3);
  } finally {
    await canary.stop();
    await admin.query(`DROP OWNED BY ${role}`);
    await admin.query(`DROP ROLE ${role}`);
    await admin.end();
    await database.drop();
  }
});
