import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Alert,
  type AlertStreamOptions,
  alertStream,
  createSnewsClient,
  type SnewsClient,
  SnewsError,
} from '../../../src/client/index.js';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { eventually } from '../../support/eventually.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';

const server = apiServerForAllTests();

const TEST_CACHE = { params: { query: { cache: 'test' } } } as const;
const NEUTRINO_TIME = '2030-01-01T12:34:45.678999123Z';

function observation(detector_name: string, second = 45) {
  const neutrino_time_utc = `2030-01-01T12:34:${second}.678999123Z`;
  return { uuid: randomUUID(), detector_name, neutrino_time_utc, p_val: 0.07, is_test: true };
}

/** The data of an answer that has to be 2xx. */
function data<Data>(answer: { data?: Data; error?: unknown }): NonNullable<Data> {
  if (answer.data === undefined || answer.data === null) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

describe('the typed client', () => {
  const called = new Set<string>();
  let snews: SnewsClient;

  beforeAll(() => {
    snews = createSnewsClient({ baseUrl: `${server.url}/`, key: ADMIN_KEY });
    snews.use({
      onRequest({ request, schemaPath }) {
        called.add(`${request.method} ${schemaPath}`);
        return undefined;
      },
    });
  });

  test('sends observations, and reads tables, events, observations and alerts', async () => {
    const first = observation('Super-K');
    const alone = data(await snews.POST('/v1/observations', { body: first }));
    expect(alone.observation.neutrino_time_utc).toBe(NEUTRINO_TIME);
    expect(data(await snews.POST('/v1/observations', { body: first })).duplicate).toBe(true);
    const { alerts, sub_groups } = data(await snews.POST('/v1/observations', { body: observation('JUNO', 47) }));
    expect(alerts.map(({ alert_type }) => alert_type)).toEqual(['COINC_MSG']);
    const [alert] = alerts;
    const [table] = sub_groups;
    if (alert === undefined || table === undefined) throw new Error('two observations make an alert and a table');

    const view = data(await snews.GET('/v1/coincidences', TEST_CACHE));
    expect(view.sub_groups).toEqual([table]);
    const number = { path: { number: table.number }, query: { cache: 'test' } } as const;
    expect(data(await snews.GET('/v1/coincidences/{number}', { params: number }))).toEqual(table);
    const events = data(await snews.GET('/v1/events', TEST_CACHE));
    expect(events.items.map(({ id }) => id)).toEqual([alert.event_id]);
    const event = data(await snews.GET('/v1/events/{id}', { params: { path: { id: alert.event_id } } }));
    expect(event.best_table).toEqual(table);
    const query = { cache: 'test', detector_name: 'Super-K', limit: 1 } as const;
    const observations = data(await snews.GET('/v1/observations', { params: { query } }));
    expect(observations.items.map(({ uuid }) => uuid)).toEqual([first.uuid]);
    const one = data(await snews.GET('/v1/observations/{uuid}', { params: { path: { uuid: first.uuid } } }));
    expect(one.state).toBe('active');
    const listed = data(await snews.GET('/v1/alerts', TEST_CACHE));
    expect(listed.items.map(({ id }) => id)).toEqual([alert.id]);
    expect(data(await snews.GET('/v1/alerts/{id}', { params: { path: { id: alert.id } } }))).toMatchObject(alert);
  });

  test('sends messages of all other kinds, and reads what is kept of them', async () => {
    const body = observation('HALO');
    data(await snews.POST('/v1/observations', { body }));
    const retraction = { detector_name: 'HALO', retract_message_uuid: body.uuid, is_test: true };
    expect(data(await snews.POST('/v1/retractions', { body: retraction })).retracted).toEqual([body.uuid]);

    const heartbeat = { detector_name: 'LZ', detector_status: 'ON', uuid: randomUUID() } as const;
    expect(data(await snews.POST('/v1/heartbeats', { body: heartbeat })).duplicate).toBe(false);
    const ofLz = { params: { path: { name: 'LZ' } } };
    const heartbeats = data(await snews.GET('/v1/detectors/{name}/heartbeats', ofLz));
    expect(heartbeats.items.map(({ detector_status }) => detector_status)).toEqual(['ON']);
    const asFile = { ...ofLz, parseAs: 'arrayBuffer' } as const;
    const svg = data(await snews.GET('/v1/detectors/{name}/heartbeats.svg', asFile));
    expect(Buffer.from(svg).toString()).toContain('Heartbeats of LZ');
    const png = data(await snews.GET('/v1/detectors/{name}/heartbeats.png', asFile));
    expect(Buffer.from(png).toString('latin1', 1, 4)).toBe('PNG');
    expect(data(await snews.GET('/v1/detectors/{name}', ofLz)).last_heartbeat?.detector_status).toBe('ON');
    expect(data(await snews.GET('/v1/detectors')).items.map(({ name }) => name)).toContain('LZ');

    expect(data(await snews.GET('/v1/access')).reads).toBe(true);
    expect(data(await snews.GET('/v1/status', TEST_CACHE)).engine).toBe('complete');
    expect(data(await snews.GET('/v1/observation-rates', TEST_CACHE)).times.length).toBeGreaterThan(24);

    const timing = { detector_name: 'LZ', neutrino_time_utc: NEUTRINO_TIME, timing_series: [0, 1500], is_test: true };
    data(await snews.POST('/v1/timing-series', { body: timing }));
    expect(data(await snews.GET('/v1/timing-series', TEST_CACHE)).items).toHaveLength(1);
    const significance = { detector_name: 'LZ', p_values: [0.4, 0.04], is_test: true };
    data(await snews.POST('/v1/significance-series', { body: significance }));
    expect(data(await snews.GET('/v1/significance-series', TEST_CACHE)).items).toHaveLength(1);

    const message = { ...observation('LZ', 58), tier: 'CoincidenceTier' };
    expect(data(await snews.POST('/v1/messages', { body: message }))).toMatchObject({ duplicate: false });
    const connection = { detector_name: 'LZ', id: '0_test-connection' };
    expect(data(await snews.POST('/v1/connection-tests', { body: connection })).meta).toEqual({ status: 'received' });
  });

  test('administers keys, caches and detectors', async () => {
    const name = 'Super-K shift';
    const made = data(await snews.POST('/v1/admin/keys', { body: { name, role: 'detector', detectors: ['Super-K'] } }));
    const shift = createSnewsClient({ baseUrl: server.url, key: made.key });
    expect((await shift.POST('/v1/observations', { body: observation('Super-K', 50) })).response.status).toBe(201);
    expect((await shift.POST('/v1/observations', { body: observation('JUNO', 50) })).error?.status).toBe(403);
    expect(data(await snews.GET('/v1/admin/keys')).items.map((key) => key.name)).toContain(name);
    const revoked = data(await snews.DELETE('/v1/admin/keys/{id}', { params: { path: { id: made.id } } }));
    expect(revoked.revoked_at).not.toBeNull();

    const muting = { params: { path: { name: 'Super-K' } }, body: { reason: 'noise', cache: 'test' } } as const;
    expect(data(await snews.POST('/v1/admin/detectors/{name}/mute', muting)).muted).toBe(true);
    expect(data(await snews.POST('/v1/admin/detectors/{name}/unmute', muting)).muted).toBe(false);
    const reset = data(await snews.POST('/v1/admin/reset', { body: { cache: 'test', reason: 'end of the test' } }));
    expect(reset.dropped).toBeGreaterThan(0);
    const acts = data(await snews.GET('/v1/admin/acts', { params: { query: { limit: 1 } } }));
    expect(acts.items.map(({ act }) => act)).toEqual(['cache:reset']);
    const undone = data(await snews.POST('/v1/admin/resets/{id}/undo', { params: { path: { id: reset.id } } }));
    expect(undone.undo?.restored).toBeGreaterThan(0);
    expect(data(await snews.GET('/v1/admin/resets')).items.map(({ id }) => id)).toEqual([reset.id]);
    expect(data(await snews.GET('/v1/admin/dead-letters')).items).toEqual([]);
    const replay = (id: number) => snews.POST('/v1/admin/dead-letters/{id}/replay', { params: { path: { id } } });
    expect(data(await replay(1))).toEqual({ id: 1 });
    const { response, error } = await replay(2);
    expect([response.status, error?.detail]).toEqual([404, expect.stringContaining('no dead letter 2')]);
    const failed = { params: { query: { state: 'failed', sink: 'email' } } } as const;
    expect(data(await snews.GET('/v1/admin/deliveries', failed)).items).toEqual([]);
    const resend = await snews.POST('/v1/admin/deliveries/{id}/resend', { params: { path: { id: 2 } } });
    expect([resend.response.status, resend.error?.detail]).toEqual([404, 'There is no delivery 2.']);
  });

  test('keeps contacts and detectors, and asks for feedback', async () => {
    const theia = {
      name: 'Theia',
      id: 900,
      full_name: 'Theia',
      type: 'hybrid',
      site: 'Lead',
      latitude: 44,
      longitude: -103,
    };
    expect(data(await snews.POST('/v1/admin/detectors', { body: theia })).status).toBe('UNKNOWN');
    const site = { params: { path: { name: 'Theia' } }, body: { site: 'Lead, USA' } };
    expect(data(await snews.PATCH('/v1/admin/detectors/{name}', site)).site).toBe('Lead, USA');
    const body = { detector_name: 'Theia', name: 'shift', email: 'shift@example.org' };
    const { id } = data(await snews.POST('/v1/admin/contacts', { body }));
    const ofTheia = { params: { query: { detector_name: 'Theia' } } };
    expect(data(await snews.GET('/v1/admin/contacts', ofTheia)).items.map((contact) => contact.id)).toEqual([id]);
    const asked = await snews.POST('/v1/detectors/{name}/feedback', { params: { path: { name: 'Theia' } }, body: {} });
    expect(data(asked).recipients).toBe(1);
    const params = { path: { id } };
    const change = { params, body: { wants_alerts: true } };
    expect(data(await snews.PATCH('/v1/admin/contacts/{id}', change)).wants_alerts).toBe(true);
    expect(data(await snews.DELETE('/v1/admin/contacts/{id}', { params })).email).toBe('shift@example.org');
  });

  test('asks how another engine compares', async () => {
    expect(data(await snews.GET('/v1/shadow'))).toEqual({ engine: 'reference', caches: [] });
    const ofLive = { params: { query: { cache: 'live' as const } } };
    expect(data(await snews.GET('/v1/shadow/differences', ofLive)).items).toEqual([]);
  });

  test('asks the service for its health and its document', async () => {
    expect((await snews.GET('/healthz')).response.status).toBe(200);
    expect(data(await snews.GET('/metrics', { parseAs: 'text' }))).toContain('# TYPE snews_messages_total counter');
    expect(data(await snews.GET('/readyz')).degraded).toEqual([]);
    expect(data(await snews.GET('/openapi.json'))['openapi']).toBe('3.1.0');
  });

  test('tells what is wrong, typed', async () => {
    const stranger = createSnewsClient({ baseUrl: server.url });
    expect((await stranger.GET('/v1/coincidences')).error?.status).toBe(401);
    const body = { detector_name: 'Super-K', neutrino_time_utc: '2030-02-30T00:00:00Z' };
    const { error } = await snews.POST('/v1/observations', { body });
    expect(error?.errors).toEqual([{ path: '/neutrino_time_utc', message: 'there is no 2030-02-30 in the calendar' }]);
  });

  test('has by now called every operation of the OpenAPI document; the stream has a function of its own', () => {
    const { paths } = JSON.parse(readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'));
    const operations = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...called, 'GET /v1/alerts/stream'].sort()).toEqual(operations.sort());
  });
});

describe('the alert stream', () => {
  let proxy: TcpProxy;
  let observations = 0;

  beforeAll(async () => {
    proxy = await createTcpProxy('127.0.0.1', Number(new URL(server.url).port));
  });

  afterAll(async () => await proxy.cut());

  /** Makes one alert, and gives its sequence. */
  async function makeAlert(): Promise<number> {
    const snews = createSnewsClient({ baseUrl: server.url, key: ADMIN_KEY });
    // Each pair stands alone.
    const minute = String(observations++).padStart(2, '0');
    const at = (detector_name: string) => ({
      ...observation(detector_name),
      neutrino_time_utc: `2030-02-01T00:${minute}:00Z`,
    });
    data(await snews.POST('/v1/observations', { body: at('Super-K') }));
    const { alerts } = data(await snews.POST('/v1/observations', { body: at('JUNO') }));
    return alerts[0]?.sequence ?? Number.NaN;
  }

  /** Begins to read new alerts, and waits until the server has begun the stream. */
  async function takeFromNow(fields: Partial<AlertStreamOptions>) {
    let isConnected = false;
    const onConnection = () => {
      isConnected = true;
    };
    const stream = alertStream({ ...options(), ...fields, onConnection });
    const next = take(stream, 1);
    await eventually(() => expect(isConnected).toBe(true));
    return { stream, next };
  }

  /** Reads so many alerts. */
  async function take(stream: AsyncIterator<Alert>, count: number): Promise<number[]> {
    const sequences: number[] = [];
    while (sequences.length < count) {
      const { done, value } = await stream.next();
      if (done === true) break;
      sequences.push(value.sequence);
    }
    return sequences;
  }

  const options = () => ({ baseUrl: server.url, key: ADMIN_KEY, cache: 'test' }) as const;

  test('begins now, or after a sequence, or with all there are', async () => {
    const before = await makeAlert();
    const stopping = new AbortController();
    const { signal } = stopping;
    const { stream: fromNow, next } = await takeFromNow({ signal });
    const sequence = await makeAlert();
    expect(await next).toEqual([sequence]);
    expect(await take(alertStream({ ...options(), lastEventId: before, signal }), 1)).toEqual([sequence]);
    const all = Array.from({ length: sequence }, (_, i) => i + 1);
    expect(await take(alertStream({ ...options(), lastEventId: 0, signal }), sequence)).toEqual(all);
    stopping.abort();
    expect(await fromNow.next()).toEqual({ done: true, value: undefined });
  });

  test('goes on after breaks, without gaps or doubles', async () => {
    const interruptions: unknown[] = [];
    const stopping = new AbortController();
    const stream = alertStream({
      ...options(),
      baseUrl: `http://127.0.0.1:${proxy.port}`,
      lastEventId: await makeAlert(),
      signal: stopping.signal,
      onInterruption: (error) => interruptions.push(error),
    });
    const expected: number[] = [];
    const came: number[] = [];
    for (let round = 0; round < 3; round++) {
      expected.push(await makeAlert());
      came.push(...(await take(stream, 1)));
      await proxy.cut();
      // Committed while nobody is connected.
      expected.push(await makeAlert(), await makeAlert());
      await proxy.restore();
      came.push(...(await take(stream, 2)));
    }
    stopping.abort();
    expect(came).toEqual(expected);
    expect(interruptions.length).toBeGreaterThanOrEqual(3);
  });

  test('loses nothing if the first connection breaks before the first alert', async () => {
    const stopping = new AbortController();
    const baseUrl = `http://127.0.0.1:${proxy.port}`;
    const { next } = await takeFromNow({ baseUrl, signal: stopping.signal });
    await proxy.cut();
    const sequence = await makeAlert();
    await proxy.restore();
    expect(await next).toEqual([sequence]);
    stopping.abort();
  });

  test('breaks off a connection that is silent, and goes on with another', async () => {
    const stopping = new AbortController();
    const broken: unknown[] = [];
    const stream = alertStream({
      ...options(),
      lastEventId: await makeAlert(),
      maxSilenceMs: 500,
      signal: stopping.signal,
      onInterruption: (error) => broken.push(error),
    });
    const next = take(stream, 1);
    await eventually(() => expect(broken).not.toEqual([]));
    expect(String(broken[0])).toContain('the server sent nothing for 0.5 s');
    const sequence = await makeAlert();
    expect(await next).toEqual([sequence]);
    stopping.abort();
  });

  test('gives up where to try again would not help', async () => {
    const read = take(alertStream({ ...options(), key: undefined }), 1);
    await expect(read).rejects.toThrow(SnewsError);
    await expect(read).rejects.toMatchObject({ status: 401 });
  });
});
