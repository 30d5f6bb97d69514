import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/embedded-harness.js';
import { scrape } from '../../support/metrics.js';
import { ADMIN_KEY, type RestService, startRestService } from '../../support/rest-service.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';

const observation = (detector_name: string, secondsAgo: number, more: object = {}) => ({
  detector_name,
  neutrino_time_utc: new Date(Date.now() - secondsAgo * 1_000).toISOString(),
  is_test: true,
  ...more,
});

describe('what Prometheus is told', () => {
  let service: RestService;
  beforeAll(async () => {
    service = await startRestService();
  });
  afterAll(() => service.stop());
  const look = () => scrape(service.url, ADMIN_KEY);

  test('messages by kind and outcome, commits, alerts and their latency', async () => {
    const stream = await fetch(`${service.url}/v1/alerts/stream?cache=test`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    const known = observation('JUNO', 20, { uuid: randomUUID() });
    expect((await service.post('/v1/observations', known)).status).toBe(201);
    expect((await service.post('/v1/observations', known)).status).toBe(200);
    expect((await service.post('/v1/observations', { ...known, p_val: 0.5 })).status).toBe(409);
    expect((await service.post('/v1/observations', observation('Super-K', 21))).status).toBe(201);
    expect((await service.post('/v1/observations', observation('Nowhere', 21))).status).toBe(422);
    const beat = { detector_name: 'JUNO', detector_status: 'ON', uuid: randomUUID() };
    expect((await service.post('/v1/heartbeats', beat)).status).toBe(201);
    expect((await service.post('/v1/heartbeats', beat)).status).toBe(200);
    const pending = { detector_name: 'JUNO', retract_message_uuid: randomUUID(), is_test: true };
    expect((await service.post('/v1/retractions', pending)).status).toBe(202);
    expect((await service.post('/v1/admin/reset', { cache: 'firedrill', reason: 'a test' })).status).toBe(200);
    const reader = stream.body?.getReader();
    let seen = '';
    while (!seen.includes('event: alert')) seen += Buffer.from((await reader?.read())?.value ?? []).toString();

    const metrics = await look();
    const messages = (kind: string, outcome: string, reason = '') =>
      metrics.value('snews_messages_total', { kind, outcome, reason });
    expect(messages('CoincidenceTier', 'accepted')).toBe(2);
    expect(messages('CoincidenceTier', 'duplicate')).toBe(1);
    expect(messages('CoincidenceTier', 'refused', 'conflict')).toBe(1);
    expect(messages('CoincidenceTier', 'refused', 'unprocessable')).toBe(1);
    expect(messages('Heartbeat', 'accepted')).toBe(1);
    expect(messages('Heartbeat', 'duplicate')).toBe(1);
    expect(messages('Retraction', 'accepted')).toBe(1);
    expect(messages('Reset', 'accepted')).toBe(1);
    // One by one: each request waited for the one before.
    expect(metrics.value('snews_commit_commands_count', { cache: 'test' })).toBe(5);
    expect(metrics.value('snews_commit_commands_sum', { cache: 'test' })).toBe(5);
    expect(metrics.value('snews_commit_duration_seconds_count', { cache: 'test' })).toBe(5);
    expect(metrics.value('snews_commit_duration_seconds_count', { cache: 'none' })).toBe(3);
    expect(metrics.value('snews_alerts_total', { cache: 'test' })).toBe(1);
    for (const stage of ['committed', 'sse']) {
      expect(metrics.value('snews_alert_latency_seconds_count', { cache: 'test', stage })).toBe(1);
      expect(metrics.value('snews_alert_latency_seconds_sum', { cache: 'test', stage })).toBeLessThan(60);
    }
    expect(metrics.value('snews_alert_stream_readers')).toBe(1);
    expect(metrics.value('snews_cache_active_observations', { cache: 'test' })).toBe(2);
    expect(metrics.value('snews_cache_open_sub_groups', { cache: 'test' })).toBe(1);
    expect(metrics.value('snews_cache_active_observations', { cache: 'live' })).toBe(0);
    expect(metrics.value('snews_detectors', { status: 'ON' })).toBe(1);
    expect(metrics.value('snews_database_up')).toBe(1);
    expect(
      metrics.value('snews_http_requests_total', { method: 'POST', route: '/v1/observations', status: '201' }),
    ).toBe(2);
    expect(metrics.value('snews_canary_interval_seconds')).toBe(0);
    // No other engine goes along: that isn't the same as one that never differs.
    expect([...metrics.names].filter((name) => name.startsWith('snews_shadow'))).toEqual([]);
    await reader?.cancel();
  });

  test('no label tells what comes from outside', async () => {
    const hostile = `Evil-${randomUUID()}`;
    await service.post('/v1/observations', observation(hostile, 5));
    await fetch(`${service.url}/v1/events/${hostile}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    await fetch(`${service.url}/${hostile}`);
    const { text, labels } = await look();
    expect(text).not.toContain('Evil');
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    const outcomes = ['accepted', 'alerted', 'delivered', 'duplicate', 'failed', 'refused'];
    for (const outcome of labels.get('outcome') ?? []) expect(outcomes).toContain(outcome);
    expect([...(labels.get('cache') ?? [])].sort()).toEqual(['firedrill', 'live', 'none', 'test']);
  });

  test('asks for a key, of any role', async () => {
    const answer = await fetch(`${service.url}/metrics`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const { body } = await service.post<{ key: string }>('/v1/admin/keys', { role: 'reader', name: 'Prometheus' });
    expect((await scrape(service.url, body.key)).value('snews_database_up')).toBe(1);
  });

  test('every metric has its help and a name with its unit', async () => {
    const { text } = await look();
    const helps = new Map([...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name, help]) => [name, help as string]));
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    expect(types.length).toBeGreaterThan(40);
    for (const [, name, type] of types) {
      expect(helps.get(name)?.length, name).toBeGreaterThan(10);
      if (name?.startsWith('snews_') && type === 'counter') expect(name).toMatch(/_total$/);
    }
  });
});

test('PUBLIC_METRICS asks for no key, PUBLIC_READS alone does', async () => {
  const open = await startRestService({ PUBLIC_METRICS: 'true' });
  expect((await scrape(open.url)).value('snews_database_up')).toBe(1);
  await open.stop();
  const closed = await startRestService({ PUBLIC_READS: 'true' });
  expect((await fetch(`${closed.url}/metrics`)).status).toBe(401);
  await closed.stop();
});

test('while the database is away it tells so, and all that needs no database', async () => {
  let proxy: TcpProxy | undefined;
  const service = await startRestService({}, async (databaseUrl) => {
    const url = new URL(databaseUrl);
    proxy = await createTcpProxy(url.hostname, Number(url.port));
    url.host = `127.0.0.1:${proxy.port}`;
    return url.href;
  });
  try {
    expect((await service.post('/v1/observations', observation('JUNO', 9))).status).toBe(201);
    const { body } = await service.post<{ key: string }>('/v1/admin/keys', { role: 'reader', name: 'Prometheus' });
    expect((await scrape(service.url, body.key)).value('snews_detectors', { status: 'ON' })).toBe(0);
    await proxy?.cut();
    // Longer than a key is remembered, so that nobody can look it up, and than figures are.
    await until(async () => {
      const { value } = await scrape(service.url, body.key);
      const unread = value('snews_metrics_unread_total', { figure: 'caches' }) ?? 0;
      return value('snews_database_up') === 0 && unread > 0;
    });
    expect((await service.post('/v1/observations', observation('JUNO', 8))).status).toBe(503);
    const metrics = await scrape(service.url, body.key);
    expect(metrics.value('snews_messages_total', { kind: 'CoincidenceTier', outcome: 'accepted', reason: '' })).toBe(1);
    // Whatever else is tried meanwhile fails too.
    expect(metrics.value('snews_commit_failures_total', { cache: 'test' })).toBeGreaterThanOrEqual(1);
    expect(metrics.value('snews_cache_active_observations', { cache: 'test' })).toBeUndefined();
    expect(metrics.names.has('process_cpu_seconds_total')).toBe(true);
    expect(metrics.names.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  } finally {
    await proxy?.restore();
    await service.stop();
  }
});
