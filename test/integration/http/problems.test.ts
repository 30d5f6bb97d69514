import { connect } from 'node:net';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { ADMIN_KEY, type ApiServer, apiServerForAllTests, startApiServer } from '../../support/api-server.js';
import { eventually } from '../../support/eventually.js';
import { sendRaw } from '../../support/raw-http.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';

const server = apiServerForAllTests();

const OBSERVATION = { detector_name: 'Super-K', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };

async function post(
  body: string | Uint8Array | undefined,
  headers: Record<string, string> = {},
  path = '/v1/observations',
) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    json: JSON.parse(await response.text()),
  };
}

function withMeta(meta: string): string {
  return JSON.stringify({ ...OBSERVATION, meta: 'META' }).replace('"META"', meta);
}

describe('bodies', () => {
  it.each([
    ['not JSON', '{"detector_name":', 400],
    ['empty', '', 400],
    ['nothing', undefined, 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['a string that is no JSON', '"hello"', 400],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400],
    ['nested 65 deep', withMeta(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`), 400],
    ['an integer beyond 2^53', withMeta('{"n":9007199254740993}'), 400],
    ['a negative integer beyond 2^53', withMeta('{"n":[-9007199254740993]}'), 400],
    ['a number beyond a double', withMeta('{"n":1e309}'), 400],
    ['a number beyond a double, written out', withMeta(`{"n":${'9'.repeat(400)}.5}`), 400],
    ['NUL', withMeta('{"a":["\\u0000"]}'), 400],
    ['NUL in a key', withMeta('{"\\u0000":1}'), 400],
    ['a lone surrogate', withMeta('{"a":"\\ud800"}'), 400],
    ['__proto__', withMeta('{"__proto__":{"isAdmin":true}}'), 400],
    ['__proto__ in disguise', withMeta('{"\\u005f_proto__":1}'), 400],
    ['constructor.prototype', withMeta('{"constructor":{"prototype":{}}}'), 400],
    ['a NUL character under a key that comes twice', withMeta('{"a":"\\u0000","a":1}'), 400],
    ['over 256 KiB', withMeta(`{"a":"${'x'.repeat(256 * 1024)}"}`), 413],
  ])('%s: refused', async (_what, body, status) => {
    const answer = await post(body);
    expect([answer.status, answer.type, answer.json.status]).toEqual([status, 'application/problem+json', status]);
    expect(answer.json).toMatchObject({ type: 'about:blank', title: expect.any(String), detail: expect.any(String) });
  });

  it.each([
    ['62 levels in meta', `{"a":${'['.repeat(62)}${']'.repeat(62)}}`],
    ['exact large integers', '{"n":[9007199254740991, 1e22, 18014398509481984]}'],
    ['many decimals', '{"n":0.12345678901234567890123}'],
    ['a pair of surrogates', '{"a":"\\ud83d\\ude00"}'],
    ['brackets in strings', `{"a":"${'['.repeat(100)}","b":"\\"${'{'.repeat(100)}"}`],
    ['a constructor without prototype', '{"constructor":"Super-K crew"}'],
    ['digits in strings', '{"run":"9007199254740993", "e":"1e999"}'],
  ])('%s: taken', async (_what, meta) => {
    const answer = await post(withMeta(meta));
    expect([answer.status, answer.json.observation.meta]).toEqual([201, JSON.parse(meta)]);
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/xml' }, 415],
    [{ 'content-type': 'application/json; charset=latin1' }, 415],
    [{ 'content-type': 'application/json; charset=utf-16' }, 415],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 415],
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-type': 'application/json; charset=UTF-8' }, 201],
    [{ 'content-type': 'Application/JSON;charset="utf-8"', 'content-encoding': 'identity' }, 201],
  ])('with %j: %i', async (headers, status) => {
    expect((await post(JSON.stringify(OBSERVATION), headers)).status).toBe(status);
  });
});

describe('requests that no route takes', () => {
  it('answers 404 to an unknown path, 405 with Allow to another method', async () => {
    const missing = await server.call('GET', '/v1/nothing');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    const wrong = await server.call('PUT', '/v1/observations', {});
    expect([wrong.status, wrong.headers.get('allow')?.split(', ').sort()]).toEqual([405, ['GET', 'HEAD', 'POST']]);
    expect((await server.call('DELETE', '/v1/detectors/Super-K/heartbeats')).status).toBe(405);
  });

  it.each([
    ['garbage', '\x00\x01\x02 garbage\r\n\r\n', 400],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown method', 'FETCH /healthz HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['an unknown method of nothing', 'FETCH /nothing HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a method in small letters', 'get /healthz?a=b HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['a method of WebDAV', 'PROPFIND /healthz HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['a method of WebDAV, of nothing', 'PROPFIND /nothing HTTP/1.1\r\nHost: a\r\n\r\n', 404],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['two Hosts', 'GET /healthz HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n', 400],
    ['headers of 100 KiB', `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    [
      'an expectation',
      'POST /v1/observations HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 2\r\n\r\n{}',
      417,
    ],
    [
      'two lengths',
      'POST /v1/observations HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
    ],
    ['a bad escape in the URL', 'GET /v1/events/%zz HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['NUL in the URL', 'GET /v1/nothing%00 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a parameter of 1,000 characters', `GET /v1/events/${'x'.repeat(1000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  ])('answers %s with problem details', async (_what, bytes, status) => {
    const answer = await sendRaw(server.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers.toLowerCase()).toContain('content-type: application/problem+json\r\n');
    expect(JSON.parse(answer.body)).toMatchObject({ status });
    if (status === 405) expect(answer.headers.toLowerCase()).toContain('allow: get, head');
  });

  it('points to what is wrong in a query, and in a cursor', async () => {
    const query = await server.call('GET', '/v1/timing-series?limit=0');
    expect([query.status, query.json.errors[0].path]).toEqual([400, '/limit']);
    for (const cursor of ['x', '%2B', 'W10', 'WyJcdTAwMDAiXQ', 'WzEsMiwzXQ']) {
      const answer = await server.call('GET', `/v1/admin/keys?cursor=${cursor}`);
      expect([answer.status, answer.json.errors[0].path]).toEqual([400, '/cursor']);
    }
  });

  it('sends the headers of a careful server, and lets /docs show itself', async () => {
    const { headers } = await server.call('GET', '/healthz');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const docs = await server.call('GET', '/docs/', undefined, '');
    expect([docs.status, docs.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("script-src 'self'"),
    ]);
    expect(docs.text).not.toMatch(/<script>(?!\s*<)/);
    expect((await server.call('GET', '/docs/static/swagger-ui-bundle.js', undefined, '')).status).toBe(200);
    expect((await server.call('GET', '/openapi.json', undefined, '')).json.openapi).toBe('3.1.0');
  });
});

describe('what goes wrong inside', () => {
  it('takes no request id from outside', async () => {
    const response = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'mine' } });
    expect(response.headers.get('x-request-id')).not.toBe('mine');
  });

  it('logs refusals, but no key', async () => {
    await server.call('GET', '/v1/nothing?a=b');
    expect(server.logged()).toContain('"/v1/nothing?a=b"');
    expect(server.logged()).not.toContain(ADMIN_KEY);
  });

  it('logs no key that somebody put into a URL', async () => {
    const key = await server.key({ name: 'careless', role: 'reader', detectors: [] });
    for (const path of [
      `/v1/nothing?key=hush-1`,
      `/v1/nothing?a=b&API_KEY=hush-2&c=d`,
      `/v1/nothing?access_token=hush-3`,
      `/v1/nothing?Authorization=Bearer%20hush-4`,
      `/v1/nothing?%6b%65%79=hush-5`,
      `/v1/nothing?x=${key}`,
      `/v1/nothing/${key}`,
      `/v1/nothing/${key.replace('snews_', 'snews%5F')}`,
      `/v1/nothing?pass=hush-6%ff`,
    ]) {
      expect([path, (await server.call('GET', path, undefined, '')).status]).toEqual([path, 404]);
    }
    expect(server.logged()).toContain('/v1/nothing?a=b&API_KEY=***&c=d');
    expect(server.logged()).not.toContain('hush-');
    expect(server.logged()).not.toContain(key.split('_')[2]);
  });

  it('does not let a crowd fill the log', async () => {
    const crowded = await startApiServer();
    for (let n = 0; n < 50; n++) await crowded.call('GET', '/v1/detectors', undefined, '');
    expect(crowded.logged().match(/request:answered/g)?.length).toBe(1);
    await crowded.stop();
  });

  it('tells nothing of the inside, and logs all of it', async () => {
    const broken = await startApiServer();
    await broken.query('DROP TABLE admin_act');
    await broken.query(`CREATE VIEW admin_act AS
      SELECT (1 / 0)::bigint AS id, now() AS at, 'x' AS actor, 'x' AS act, '{}'::jsonb AS detail`);
    const answer = await broken.call('GET', '/v1/admin/acts');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    expect(answer.text).not.toMatch(/admin_?act|prisma|select|division/i);
    expect(broken.logged()).toContain('division by zero');
    await broken.stop();
  });

  it('answers 503 with Retry-After while the database is away, and recovers', async () => {
    let proxy: TcpProxy | undefined;
    const away = await startApiServer({
      async route(databaseUrl) {
        const url = new URL(databaseUrl);
        proxy = await createTcpProxy(url.hostname, Number(url.port));
        url.host = `127.0.0.1:${proxy.port}`;
        return url.href;
      },
    });
    expect((await away.call('POST', '/v1/observations', OBSERVATION)).status).toBe(201);
    await proxy?.cut();
    for (const [method, path, body] of [
      ['POST', '/v1/observations', OBSERVATION],
      ['POST', '/v1/heartbeats', { detector_name: 'Super-K', detector_status: 'ON' }],
      ['GET', '/v1/coincidences', undefined],
      ['GET', '/v1/admin/keys', undefined],
      ['POST', '/v1/admin/keys', { name: 'x', role: 'reader' }],
      ['DELETE', '/v1/admin/keys/00000000', undefined],
    ] as const) {
      const answer = await away.call(method, path, body);
      expect([path, answer.status, answer.json?.detail]).toEqual([path, 503, 'The database is away.']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const unknown = await away.call('GET', '/v1/coincidences', undefined, `snews_00000000_${'x'.repeat(43)}`);
    expect(unknown.status).toBe(503);
    await proxy?.restore();
    expect((await away.call('POST', '/v1/observations', OBSERVATION)).status).toBe(201);
    await away.stop();
    await proxy?.cut();
  });
});

describe('limits', () => {
  it('holds each key to its rate, and tells when to come back', async () => {
    const limited = await startApiServer({ rateLimit: 20 });
    const key = await limited.key({ name: 'busy', role: 'reader', detectors: [] });
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => limited.call('GET', '/v1/detectors', undefined, key)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(20);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    // Another key is another budget.
    expect((await limited.call('GET', '/v1/detectors')).status).toBe(200);
    await limited.stop();
  });

  it('cuts a body that does not come', async () => {
    const slow = await startApiServer();
    // The same clock looks after it, if for less long than in operation.
    const clock = slow.app.server;
    expect([clock.requestTimeout, clock.headersTimeout]).toEqual([30_000, 30_000]);
    clock.requestTimeout = 500;
    clock.headersTimeout = 500;
    const head = `POST /v1/observations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`;
    const answer = await sendRaw(slow.url, `${head}{"detector_name":`, { silenceMs: 20_000 });
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([408, 408]);
    await slow.stop();
  });

  it('takes as many streams of an address and of a key as they may hold, and more when one ends', async () => {
    const few = await startApiServer({ streamsPerAddress: 2, streamsPerKey: 3 });
    const reader = await few.key({ name: 'screens', role: 'reader', detectors: [] });
    const open = async (key?: string) => {
      const stopping = new AbortController();
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const answer = await fetch(`${few.url}/v1/alerts/stream`, { headers, signal: stopping.signal });
      return { status: answer.status, headers: answer.headers, close: () => stopping.abort() };
    };
    for (const [key, most] of [
      [undefined, 2],
      [reader, 3],
    ] as const) {
      const streams = [];
      for (let n = 0; n < most; n++) streams.push(await open(key));
      expect(streams.map(({ status }) => status)).toEqual(Array(most).fill(200));
      const refused = await open(key);
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
      streams[0]?.close();
      await vi.waitFor(async () => expect((await open(key)).status).toBe(200), 60_000);
    }
    // Streams take nothing from posts.
    expect((await few.call('POST', '/v1/observations', OBSERVATION)).status).toBe(201);
    await few.stop();
  });

  it('never refuses a key that holds for keys that strangers make up', async () => {
    const crowded = await startApiServer({ rateLimit: 30 });
    const key = await crowded.key({ name: 'detector', role: 'detector', detectors: ['Super-K'] });
    const stranger = (n: number) => `snews_${String(n).padStart(8, '0')}_${'x'.repeat(43)}`;
    const send = (by: string) => crowded.call('POST', '/v1/observations', { ...OBSERVATION, uuid: undefined }, by);
    for (let round = 0; round < 3; round++) {
      const strangers = Array.from({ length: 200 }, (_, n) => send(stranger(round * 200 + n)));
      expect((await send(key)).status).toBe(201);
      const statuses = new Set((await Promise.all(strangers)).map(({ status }) => status));
      expect([...statuses].filter((status) => status !== 401)).toEqual([429]);
      // As after 5 s, or when another replica made the key: it has to be looked up again.
      const id = key.split('_')[1] ?? '';
      crowded.keys.forget(id);
      expect((await send(key)).status).toBe(201);
    }
    expect((await fetch(`${crowded.url}/readyz`)).status).toBe(200);
    await crowded.stop();
  });

  it('tells clients behind a trusted proxy apart, and believes nobody else', async () => {
    const behind = await startApiServer({ rateLimit: 5, trustedProxies: ['127.0.0.1'] });
    const direct = await startApiServer({ rateLimit: 5 });
    const burst = async (server: ApiServer, from: (n: number) => string) => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          fetch(`${server.url}/v1/access`, { headers: { 'x-forwarded-for': from(n) } }),
        ),
      );
      return answers.filter(({ status }) => status === 429).length;
    };
    expect(await burst(behind, (n) => `203.0.113.${n}`)).toBe(0);
    expect(await burst(behind, () => '203.0.113.200')).toBeGreaterThan(0);
    expect(await burst(behind, (n) => `2001:db8:0:1::${n}`)).toBeGreaterThan(0);
    expect(await burst(direct, (n) => `203.0.113.${n}`)).toBeGreaterThan(0);
    await behind.stop();
    await direct.stop();
  });

  it('passes on the quota of a detector', async () => {
    const narrow = await startApiServer({ detectorQuota: 1 });
    const send = () => narrow.call('POST', '/v1/observations', OBSERVATION);
    const answers = [await send(), await send(), await send()];
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    await narrow.stop();
  });
});

describe('stopping', () => {
  it('finishes what is under way, refuses with 503 what comes after, and closes', async () => {
    const stopping = await startApiServer();
    const lock = new pg.Client({ connectionString: stopping.databaseUrl });
    await lock.connect();
    await lock.query("BEGIN; SELECT FROM cache WHERE name = 'test' FOR UPDATE");
    const { hostname, port } = new URL(stopping.url);
    let requests = 0;
    stopping.app.server.on('request', () => {
      requests++;
    });
    const socket = connect({ host: hostname, port: Number(port) });
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    const body = JSON.stringify(OBSERVATION);
    const request = `POST /v1/observations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(request);
    await vi.waitFor(async () => {
      const waiting = await server.query('SELECT FROM pg_locks WHERE NOT granted');
      expect(waiting).toHaveLength(1);
    }, 60_000);
    const closed = stopping.app.close();
    socket.write(request);
    await eventually(() => expect(requests).toBe(2));
    expect(received).toBe('');
    await lock.query('COMMIT');
    await lock.end();
    await closed;
    await eventually(() => expect(socket.closed).toBe(true));
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    expect(statuses).toEqual(['201', '503']);
    const refusal = received.slice(received.lastIndexOf('HTTP/1.1')).toLowerCase();
    expect(refusal).toContain('connection: close\r\n');
    expect(refusal).toContain('retry-after: 1\r\n');
    await stopping.stop();
  });
});
