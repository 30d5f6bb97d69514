import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addDuration, formatUtc, fromPosixMilliseconds, seconds } from '../../../src/domain/time.js';
import { apiServerForAllTests } from '../../support/api-server.js';

const server = apiServerForAllTests();

/** Live times must be near their receipt. */
function ago(secondsAgo: number): string {
  return formatUtc(addDuration(fromPosixMilliseconds(Date.now()), seconds(-secondsAgo)));
}

describe('POST /v1/observations', () => {
  it('answers with the observation, its tables and its alerts', async () => {
    const time = ago(100);
    const first = await server.call('POST', '/v1/observations', {
      detector_name: 'Super-K',
      neutrino_time_utc: time,
      p_val: 0.07,
    });
    expect(first.status).toBe(201);
    expect(first.headers.get('content-type')).toMatch(/^application\/json/);
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
    expect(first.json).toMatchObject({
      duplicate: false,
      observation: { id: 'Super-K_CoincidenceTier_None', neutrino_time_utc: time, cache: 'live', state: 'active' },
      alerts: [],
    });
    const second = await server.call('POST', '/v1/observations', { detector_name: 'LVD', neutrino_time_utc: ago(99) });
    expect(second.json.alerts).toMatchObject([{ detector_names: ['Super-K', 'LVD'], p_values: [0.07, null] }]);
    expect(second.json.sub_groups).toMatchObject([{ rows: [{ detector_name: 'Super-K' }, { detector_name: 'LVD' }] }]);
  });

  it('is idempotent by uuid, in any of its forms', async () => {
    const uuid = randomUUID();
    const body = { detector_name: 'Super-K', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };
    expect((await server.call('POST', '/v1/observations', { ...body, uuid })).status).toBe(201);
    const again = await server.call('POST', '/v1/observations', { ...body, uuid: `urn:uuid:${uuid.toUpperCase()}` });
    expect([again.status, again.json.duplicate, again.json.observation.uuid]).toEqual([200, true, uuid]);
    const other = await server.call('POST', '/v1/observations', { ...body, uuid, p_val: 0.5 });
    expect([other.status, other.json.errors[0].path]).toEqual([409, '/uuid']);
  });

  it('takes null as absent, ignores keys it does not know, keeps the message as it came', async () => {
    const uuid = randomUUID();
    const body = `{"uuid":"${uuid}", "detector_name":"JUNO","neutrino_time_utc":"2030-01-01 00:00","p_val":null,
      "id":null,"meta":null,"is_test":true,"is_firedrill":null,"tier":null,"new_key":[1.50]}`;
    const answer = await server.call('POST', '/v1/observations', body);
    expect([answer.status, answer.json.observation.neutrino_time_utc]).toEqual([201, '2030-01-01T00:00:00.000000000Z']);
    const [stored] = await server.query(`SELECT body::text FROM message WHERE uuid = '${uuid}'`);
    expect(stored?.['body']).toBe(body);
  });

  it.each([
    [{ neutrino_time_utc: '2030-02-30T00:00:00Z' }, '/neutrino_time_utc'],
    [{ neutrino_time_utc: '2030-01-01T23:59:60Z' }, '/neutrino_time_utc'],
    [{ neutrino_time_utc: 1893456000 }, '/neutrino_time_utc'],
    [{ neutrino_time_utc: null }, '/neutrino_time_utc'],
    [{ detector_name: '' }, '/detector_name'],
    [{ detector_name: 'x'.repeat(65) }, '/detector_name'],
    [{ p_val: 1.01 }, '/p_val'],
    [{ p_val: '0.5' }, '/p_val'],
    [{ is_test: 'True' }, '/is_test'],
    [{ is_test: 1 }, '/is_test'],
    [{ uuid: '9ccdc218-2552-4e33-b023' }, '/uuid'],
    [{ machine_time_utc: 'yesterday' }, '/machine_time_utc'],
    [{ meta: 'run 42' }, '/meta'],
    [{ tier: 'Retraction' }, '/tier'],
  ])('refuses %j', async (wrong, path) => {
    const right = { detector_name: 'Super-K', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };
    const answer = await server.call('POST', '/v1/observations', { ...right, ...wrong });
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, path]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('refuses with 422 what is well-formed but cannot be', async () => {
    const unknown = { detector_name: 'Nobody', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };
    expect((await server.call('POST', '/v1/observations', unknown)).status).toBe(422);
    const old = { detector_name: 'Super-K', neutrino_time_utc: ago(49 * 3600) };
    expect((await server.call('POST', '/v1/observations', old)).status).toBe(422);
  });
});

describe('POST /v1/retractions', () => {
  it('retracts what is there, keeps a retraction of what is not, and rejects what makes no sense', async () => {
    const uuid = randomUUID();
    const flags = { detector_name: 'Baksan', is_test: true };
    const retraction = { ...flags, retract_latest_n: 0, retract_message_uuid: uuid };
    const pending = await server.call('POST', '/v1/retractions', retraction);
    expect([pending.status, pending.json.pending]).toEqual([202, true]);
    const late = { ...flags, uuid, neutrino_time_utc: '2031-01-01T00:00:00Z' };
    const observed = await server.call('POST', '/v1/observations', late);
    expect([observed.status, observed.json.observation.state]).toEqual([201, 'retracted']);
    const again = await server.call('POST', '/v1/retractions', retraction);
    expect([again.status, again.json.retracted]).toEqual([200, []]);
    expect((await server.call('POST', '/v1/retractions', { ...retraction, detector_name: 'LVD' })).status).toBe(403);
    expect((await server.call('POST', '/v1/retractions', { ...flags, retract_latest_n: 3 })).status).toBe(404);
    for (const wrong of [{}, { retract_latest_n: 1, retract_message_uuid: uuid }, { retract_latest_n: -1 }]) {
      expect((await server.call('POST', '/v1/retractions', { ...flags, ...wrong })).status).toBe(400);
    }
  });
});

describe('messages that change no table', () => {
  it.each([
    ['/v1/heartbeats', { detector_status: 'ON', id: '0_whatever' }],
    ['/v1/timing-series', { timing_series: [0, 1500, 2_000_000], start_time_utc: '2030-01-01T00:00:00Z' }],
    ['/v1/significance-series', { p_values: [0.4, 1], t_bin_width_sec: 0.6 }],
  ])('%s are kept and listed, the newest first', async (path, content) => {
    const message = { detector_name: 'SNO+', is_test: true, ...content };
    const first = await server.call('POST', path, { ...message, uuid: randomUUID() });
    expect([first.status, first.json.duplicate]).toEqual([201, false]);
    const again = await server.call('POST', path, { ...message, uuid: first.json.uuid });
    expect([again.status, again.json]).toEqual([200, { uuid: first.json.uuid, duplicate: true }]);
    const second = await server.call('POST', path, message);
    const list = path === '/v1/heartbeats' ? '/v1/detectors/SNO%2B/heartbeats' : path;
    const page = await server.call('GET', `${list}?limit=1&cache=test`);
    expect(page.json.items).toMatchObject([{ uuid: second.json.uuid, detector_name: 'SNO+', cache: 'test' }]);
    const next = await server.call('GET', `${list}?limit=1&cache=test&cursor=${page.json.next_cursor}`);
    expect(next.json).toMatchObject({ items: [{ uuid: first.json.uuid }], next_cursor: null });
  });

  it('lists heartbeats as they are, whichever way and however old their form', async () => {
    const old = {
      _id: '9_Heartbeat_x',
      detector_name: 'HALO',
      machine_time: '2030-01-01T00:00:00',
      detector_status: 'OFF',
    };
    expect((await server.call('POST', '/v1/messages', old)).status).toBe(201);
    const { json } = await server.call('GET', '/v1/detectors/HALO/heartbeats');
    expect(json.items).toMatchObject([
      {
        detector_status: 'OFF',
        machine_time_utc: '2030-01-01T00:00:00.000000000Z',
        sent_time_utc: null,
        cache: 'live',
      },
    ]);
    expect((await server.call('GET', '/v1/detectors/Nobody/heartbeats')).status).toBe(404);
  });
});

describe('POST /v1/messages', () => {
  const messages = readFileSync(new URL('../../fixtures/messages.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; expect: { json?: Record<string, unknown> } });

  it.each(messages.filter(({ expect: { json } }) => json !== undefined))(
    'takes what the clients of the collaboration build: $name',
    async ({ expect: { json = {} } }) => {
      const kind = String(json['id'] ?? json['_id']);
      const answer = await server.call('POST', '/v1/messages', json);
      if (kind.startsWith('0_test')) {
        expect(answer.json).toEqual({ ...json, meta: { status: 'received' } });
      } else if (kind.startsWith('0_hard-reset')) {
        expect(answer.json).toMatchObject({ cache: json['is_test'] === true ? 'test' : 'live' });
      } else if (kind.startsWith('0_Get-Feedback')) {
        // Nobody is a registered contact here.
        expect([answer.status, answer.json.detail]).toEqual([422, expect.stringContaining('No e-mail was sent')]);
      } else if (kind.startsWith('0_')) {
        expect([answer.status, answer.json.detail]).toEqual([422, expect.stringContaining('0_hard-reset')]);
      } else if (json['tier'] === 'Retraction') {
        expect([200, 202, 404]).toContain(answer.status);
      } else if (JSON.stringify(json).includes('900719925474099')) {
        // An integer beyond 2^53 can't come through exactly, so it must not come through.
        expect([answer.status, answer.json.errors[0].path]).toEqual([400, '/timing_series/3']);
      } else {
        expect([200, 201]).toContain(answer.status);
      }
    },
  );

  it('takes JSON in a JSON string', async () => {
    const message = {
      id: 'LVD_CoincidenceTier_None',
      detector_name: 'LVD',
      neutrino_time: '2030-01-01T00:00:00',
      is_test: 'True',
    };
    const answer = await server.call('POST', '/v1/messages', JSON.stringify(JSON.stringify(message)));
    expect([answer.status, answer.json.observation.cache]).toEqual([201, 'test']);
  });

  it('keeps and logs no password', async () => {
    const secret = 'very1secret2password';
    const uuid = randomUUID();
    const body = {
      uuid,
      tier: 'Heartbeat',
      detector_name: 'LVD',
      detector_status: 'ON',
      pass: secret,
      meta: { pass: secret },
    };
    expect((await server.call('POST', '/v1/messages', body)).status).toBe(201);
    const [stored] = await server.query(`SELECT body::text FROM message WHERE uuid = '${uuid}'`);
    expect(stored?.['body']).toContain('"pass":"***"');
    expect(stored?.['body']).not.toContain(secret);
    const hidden = `{"_id":"0_hard-reset","is_test":true,"detector_name":"LVD","p\\u0061ss":"${secret}"}`;
    expect((await server.call('POST', '/v1/messages', hidden)).status).toBe(200);
    expect(server.logged()).not.toContain(secret);
  });

  it('needs an admin key for commands, whatever their password', async () => {
    const key = await server.key({ name: 'LVD', role: 'detector', detectors: ['LVD'] });
    for (const _id of ['0_hard-reset', '0_test-connection', '0_broker-change']) {
      const answer = await server.call('POST', '/v1/messages', { _id, detector_name: 'LVD', pass: 'right' }, key);
      expect(answer.status).toBe(403);
    }
  });
});

describe('POST /v1/connection-tests', () => {
  it('sends the message back and keeps nothing', async () => {
    const [before] = await server.query('SELECT count(*) FROM message');
    const message = { id: '0_test-connection', detector_name: 'Super-K', meta: { a: 1 }, anything: [null, 1e-9] };
    const answer = await server.call('POST', '/v1/connection-tests', message);
    expect([answer.status, answer.json]).toEqual([200, { ...message, meta: { a: 1, status: 'received' } }]);
    expect((await server.call('POST', '/v1/connection-tests', { detector_name: 'Nobody' })).status).toBe(422);
    expect(await server.query('SELECT count(*) FROM message')).toEqual([before]);
  });
});
