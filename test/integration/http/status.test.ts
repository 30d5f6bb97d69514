import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiServer, apiServerForAllTests, startApiServer } from '../../support/api-server.js';

const server = apiServerForAllTests();
beforeEach(async () => {
  for (const table of ['detector_minute', 'delivery', 'sink_position', 'alert_publication'])
    await server.query(`DELETE FROM ${table}`);
});

const observe = (detector_name: string, secondsAgo: number, fields = {}) => {
  const neutrino_time_utc = new Date(Date.now() - secondsAgo * 1000).toISOString();
  return server.call('POST', '/v1/observations', { detector_name, neutrino_time_utc, ...fields });
};

describe('GET /v1/access', () => {
  it('says what a key, or none, may do', async () => {
    const anonymous = { role: null, key_id: null, detectors: [], reads: false };
    expect((await server.call('GET', '/v1/access', undefined, '')).json).toEqual(anonymous);
    const admin = { role: 'admin', key_id: 'configured', detectors: [], reads: true };
    expect((await server.call('GET', '/v1/access')).json).toEqual(admin);
    const key = await server.key({ name: 'shift', role: 'detector', detectors: ['JUNO'] });
    const detector = { role: 'detector', key_id: key.split('_')[1], detectors: ['JUNO'], reads: true };
    expect((await server.call('GET', '/v1/access', undefined, key)).json).toEqual(detector);
  });

  it('refuses a key that does not hold', async () => {
    expect((await server.call('GET', '/v1/access', undefined, 'made-up-by-somebody-0123456789abcdef')).status).toBe(
      401,
    );
  });
});

describe('GET /v1/status', () => {
  it('asks for a key', async () => {
    expect((await server.call('GET', '/v1/status', undefined, '')).status).toBe(401);
  });

  it('shows the cache: engine, window, version, last observation, last alert', async () => {
    const before = (await server.call('GET', '/v1/status')).json;
    expect(before).toMatchObject({ cache: 'live', engine: 'complete', window_seconds: 10, kafka: null, degraded: [] });
    await observe('Super-K', 60);
    const second = await observe('IceCube', 58);
    const after = (await server.call('GET', '/v1/status')).json;
    const { version, as_of } = (await server.call('GET', '/v1/coincidences')).json;
    expect(after).toMatchObject({ version, as_of, last_sequence: second.json.alerts[0].sequence });
    expect(after.version).toBe(before.version + 2);
    const received = second.json.observation.received_time_utc;
    expect(after.last_observation_at).toBe(received);
    // The database keeps a message's time to the microsecond, and shows it to the millisecond.
    expect(after.last_message_at.slice(0, 23)).toBe(received.slice(0, 23));
    expect((await server.call('GET', '/v1/status?cache=firedrill')).json).toMatchObject({
      version: 0,
      last_observation_at: null,
      last_sequence: 0,
    });
  });

  it('counts no destination that is not configured', async () => {
    const { json } = await observe('JUNO', 57);
    const [{ id, event_id, sequence }] = json.alerts;
    await server.query(`INSERT INTO alert_publication VALUES ('live', 0, NULL, NULL, NULL, now())`);
    await server.query(`INSERT INTO sink_position VALUES ('slack', 'live', 0)`);
    await server.query(`INSERT INTO delivery (sink, alert_id, event_id, sequence, state, created_at, due_at, gives_up_at)
      VALUES ('email', '${id}', '${event_id}', ${sequence}, 'waiting', now(), now(), now())`);
    expect((await server.call('GET', '/v1/status')).json.undelivered_alerts).toBe(0);
  });
});

describe('GET /v1/status, with destinations', () => {
  let sending: ApiServer;
  beforeAll(async () => {
    sending = await startApiServer({
      sinks: ['email'],
      kafka: () => ({ working: false, problems: ['o/0: it does not move'], lag: 7, lag_seconds: 2.5 }),
    });
  });
  afterAll(async () => {
    await sending.stop();
  });

  it('counts each alert once that has not reached all of them, and failed deliveries', async () => {
    const time = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const alerts: { id: string; event_id: string; sequence: number }[] = [];
    for (const [i, detector_name] of ['Super-K', 'IceCube', 'JUNO', 'LZ', 'NOvA'].entries()) {
      const body = { detector_name, neutrino_time_utc: time(60 - i) };
      alerts.push(...(await sending.call('POST', '/v1/observations', body)).json.alerts);
    }
    expect(alerts.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    // Kafka has all but 4; of mail 1 failed, 2 waits, 3 is there, 4 is not written down yet.
    await sending.query(`INSERT INTO alert_publication VALUES ('live', 3, NULL, NULL, NULL, now())`);
    await sending.query(`INSERT INTO sink_position VALUES ('email', 'live', 3)`);
    for (const [i, state] of ['failed', 'waiting', 'delivered'].entries()) {
      const alert = alerts[i];
      await sending.query(`INSERT INTO delivery (sink, alert_id, event_id, sequence, state, created_at, due_at, gives_up_at)
        VALUES ('email', '${alert?.id}', '${alert?.event_id}', ${alert?.sequence}, '${state}', now(), now(), now())`);
    }
    expect((await sending.call('GET', '/v1/status')).json).toMatchObject({
      undelivered_alerts: 2,
      failed_deliveries: 1,
      kafka: { working: false, problems: ['o/0: it does not move'], lag: 7, lag_seconds: 2.5 },
    });
  });
});

describe('GET /v1/observation-rates', () => {
  const minuteOf = (utc: string) => Date.parse(utc) / 60_000;
  const count = (cache: string, detector: string, utc: string, observations: number) =>
    server.query(`INSERT INTO detector_minute VALUES ('${cache}', '${detector}', ${minuteOf(utc)}, ${observations})`);
  const path = '/v1/observation-rates?from=2026-03-01T10:30:00Z&to=2026-03-01T12:10:00Z';

  beforeEach(async () => {
    await count('live', 'JUNO', '2026-03-01T09:59:00Z', 50);
    await count('live', 'JUNO', '2026-03-01T10:00:00Z', 1);
    await count('live', 'JUNO', '2026-03-01T10:59:00Z', 2);
    await count('live', 'JUNO', '2026-03-01T12:59:00Z', 4);
    await count('live', 'JUNO', '2026-03-01T13:00:00Z', 60);
    await count('live', 'LZ', '2026-03-01T11:07:00Z', 8);
    await count('test', 'LVD', '2026-03-01T11:07:00Z', 16);
  });

  it('adds up the counts of full hours, zeros included', async () => {
    expect((await server.call('GET', path)).json).toEqual({
      cache: 'live',
      by: 'hour',
      times: ['10', '11', '12'].map((hour) => `2026-03-01T${hour}:00:00.000000000Z`),
      detectors: [
        { detector_name: 'JUNO', observations: [3, 0, 4] },
        { detector_name: 'LZ', observations: [0, 8, 0] },
      ],
    });
  });

  it('adds up days', async () => {
    expect((await server.call('GET', `${path}&by=day`)).json).toMatchObject({
      times: ['2026-03-01T00:00:00.000000000Z'],
      detectors: [
        { detector_name: 'JUNO', observations: [117] },
        { detector_name: 'LZ', observations: [8] },
      ],
    });
  });

  it('is also CSV', async () => {
    const response = await fetch(`${server.url}${path}`, {
      headers: {
        authorization: `Bearer ${await server.key({ name: 'r', role: 'reader', detectors: [] })}`,
        accept: 'text/csv',
      },
    });
    const [header, first, ...rest] = (await response.text()).split('\n');
    expect(header).toBe('time_utc,detector_name,observations');
    expect(first).toBe('2026-03-01T10:00:00.000000000Z,JUNO,3');
    expect(rest).toHaveLength(6);
  });

  it('counts what is observed now', async () => {
    await observe('Baksan', 5);
    const { detectors } = (await server.call('GET', '/v1/observation-rates')).json;
    expect(detectors).toEqual([{ detector_name: 'Baksan', observations: expect.arrayContaining([1]) }]);
    expect(detectors[0].observations.reduce((a: number, b: number) => a + b, 0)).toBe(1);
  });

  it.each([
    ['from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', 422],
    ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', 422],
    ['by=week', 400],
    ['form=2026-03-01T00:00:00Z', 400],
  ])('refuses %s with %i', async (query, status) => {
    expect((await server.call('GET', `/v1/observation-rates?${query}`)).status).toBe(status);
  });
});
