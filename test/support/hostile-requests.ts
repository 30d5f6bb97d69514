import { ADMIN_KEY } from './api-server.js';
import type { Random } from './random.js';

/** A request as bytes, and whether its sender ends the connection half way. */
export interface HostileRequest {
  readonly what: string;
  readonly bytes: Buffer;
  readonly breaksOff: boolean;
}

type Make = (random: Random) => HostileRequest;

const MESSAGES: Readonly<Record<string, Record<string, unknown>>> = {
  '/v1/observations': { neutrino_time_utc: '2030-01-01T00:00:00Z', p_val: 0.5 },
  '/v1/retractions': { retract_latest_n: 1 },
  '/v1/heartbeats': { detector_status: 'ON' },
  '/v1/timing-series': { timing_series: [1, 2, 3] },
  '/v1/significance-series': { p_values: [0.5] },
  '/v1/messages': { tier: 'CoincidenceTier', neutrino_time_utc: '2030-01-01T00:00:00Z' },
};
const PATHS = Object.keys(MESSAGES);

function message(path: string): Record<string, unknown> {
  return { detector_name: 'Super-K', is_test: true, ...MESSAGES[path] };
}

/** What no field takes, whatever its type. */
const WRONG_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  detector_name: [null, 0, true, [], {}, '', 'x'.repeat(65), ['Super-K'], { name: 'Super-K' }],
  is_test: ['yes', 1, 0, [], {}, 'truth'],
  is_firedrill: ['maybe', 2, [true]],
  is_pre_sn: ['no', -1, {}],
  uuid: ['', 'not-a-uuid', 5, {}, '9ccdc218-2552-4e33-b023-04308a21bd2', 'g'.repeat(36)],
  id: [7, {}, [], 'x'.repeat(257), true],
  meta: ['text', 5, [], true],
  machine_time_utc: ['yesterday', 5, {}, '2030-13-01T00:00:00Z', '2030-01-01T25:00:00Z', '1'.repeat(1000)],
  sent_time_utc: ['now', -1, [], '0000-00-00T00:00:00Z', '2030-01-01T00:00:00+99:00'],
  schema_version: [2, {}, 'x'.repeat(33)],
  tier: ['Observation', 5, {}, [], 'coincidencetier'],
  neutrino_time_utc: [
    null,
    0,
    '',
    'x',
    '2030-02-30T00:00:00Z',
    '2030-06-30T23:59:60Z',
    '2030-01-01T00:00:00.1234567890Z',
  ],
  p_val: [-0.1, 1.0001, '0.5', [], {}, true, 1e300, -1e-300],
  retract_latest_n: [-1, 0.5, '1', [1], {}, true, 0, null],
  retract_message_uuid: ['x', 5, {}],
  detector_status: [null, 'on', 'MAYBE', 1, true],
  timing_series: [null, 'x', {}, [-1], [0.5], ['1'], [[1]], [null]],
  p_values: [null, 'x', [2], [-1], ['0.5'], [[0.5]]],
};

const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  '/v1/observations': ['neutrino_time_utc', 'p_val'],
  '/v1/retractions': ['retract_latest_n', 'retract_message_uuid'],
  '/v1/heartbeats': ['detector_status'],
  '/v1/timing-series': ['timing_series'],
  '/v1/significance-series': ['p_values'],
  '/v1/messages': ['neutrino_time_utc', 'p_val'],
};
const COMMON_FIELDS = [
  'detector_name',
  'is_test',
  'is_firedrill',
  'is_pre_sn',
  'uuid',
  'id',
  'meta',
  'machine_time_utc',
  'sent_time_utc',
  'schema_version',
  'tier',
];

const BAD_META = [
  '{"__proto__":{"role":"admin"}}',
  '{"a":{"__proto__":null}}',
  '{"\\u005f\\u005fproto\\u005f\\u005f":1}',
  '{"constructor":{"prototype":{"role":"admin"}}}',
  '{"n":9007199254740993}',
  '{"n":-123456789012345678901234567890123}',
  '{"n":1e309}',
  '{"n":-1E+999999}',
  '{"n":NaN}',
  '{"n":Infinity}',
  '{"n":0x10}',
  '{"n":01}',
  '{"n":.5}',
  '{"s":"\\u0000"}',
  '{"s\\u0000":1}',
  '{"s":"\\ud800"}',
  '{"s":"\\udc00\\ud800"}',
  '{"s":"\u0001"}',
  '{"s":"\n"}',
  "{'s':1}",
  '{"s":1,}',
  '{"s":1}}',
  '{/* */}',
  'undefined',
] as const;

function body(path: string, meta: string): string {
  return JSON.stringify({ ...message(path), meta: 'META' }).replace('"META"', () => meta);
}

const KINDS: readonly Make[] = [
  (random) => {
    const path = random.pick(PATHS);
    const field = random.pick([...COMMON_FIELDS, ...(FIELDS_OF[path] ?? [])]);
    const value = random.pick(WRONG_VALUES[field] ?? []);
    return post(
      `${path}: ${field} = ${JSON.stringify(value)}`,
      path,
      JSON.stringify({ ...message(path), [field]: value }),
    );
  },
  (random) => {
    const path = random.pick(PATHS);
    const meta = random.pick(BAD_META);
    return post(`meta = ${meta}`, path, body(path, meta));
  },
  (random) => {
    const path = random.pick(PATHS);
    const depth = 65 + random.whole(100_000);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const most = Math.min(depth, 40_000);
    return post(
      `${most} deep`,
      path,
      body(path, `{"a":${open.repeat(most)}1${random.whole(2) === 0 ? close.repeat(most) : ''}}`),
    );
  },
  (random) => {
    const path = random.pick(PATHS);
    return post('oversized', path, body(path, `{"a":"${'x'.repeat(262_144 + random.whole(100_000))}"}`));
  },
  (random) => {
    const path = random.pick(PATHS);
    const text = JSON.stringify(message(path));
    return post('truncated JSON', path, text.slice(0, random.whole(text.length)));
  },
  (random) => {
    const path = random.pick(PATHS);
    const text = JSON.stringify(message(path));
    const head = headers('POST', path, text.length + 1 + random.whole(100_000));
    const bytes = Buffer.from(`${head}${text.slice(0, random.whole(text.length))}`);
    return { what: 'a body that breaks off', bytes, breaksOff: true };
  },
  (random) => {
    const path = random.pick(PATHS);
    const text = JSON.stringify({ ...message(path), id: 'é漢字' });
    const encoded = random.pick<Buffer>([
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'latin1'),
      Buffer.concat([Buffer.from(text), Buffer.from([0xff])]),
      Buffer.from([0xc0, 0x80, ...Buffer.from(text)]),
      Buffer.from(text.replace('Super-K', 'Super\u0000K')),
    ]);
    return post('wrong encoding', path, encoded);
  },
  (random) => {
    const path = random.pick(PATHS);
    const garbage = Buffer.from(Array.from({ length: random.whole(500) }, () => random.whole(256)));
    return post('random bytes', path, garbage);
  },
  (random) => {
    const path = random.pick(PATHS);
    const type = random.pick([
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      'x',
      '',
      'application/json\tx',
    ]);
    return post(`content type ${type}`, path, JSON.stringify(message(path)), { 'content-type': type });
  },
  (random) => {
    const path = random.pick(PATHS);
    const encoding = random.pick(['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x']);
    return post(`content encoding ${encoding}`, path, JSON.stringify(message(path)), { 'content-encoding': encoding });
  },
  (random) => {
    const path = random.pick(PATHS);
    const value = random.pick([
      '',
      'Bearer',
      'Bearer x',
      'Basic YTpi',
      `Bearer ${ADMIN_KEY}x`,
      `bearer ${'x'.repeat(5000)}`,
      'Bearer snews_00000000_',
    ]);
    return post(`authorization ${value.slice(0, 30)}`, path, JSON.stringify(message(path)), { authorization: value });
  },
  (random) => {
    const value = random.pick(['-1', '0', '1001', '1e2', 'x', '', '%00', '9'.repeat(30), '%F0%9F%98%80', '1&limit=2']);
    const parameter = random.pick(['limit', 'cursor']);
    const path = random.pick([
      '/v1/observations',
      '/v1/events',
      '/v1/detectors',
      '/v1/timing-series',
      '/v1/admin/keys',
      '/v1/admin/acts',
    ]);
    // A page that begins at an empty cursor is no page; a limit must be one number.
    return request(
      `${path}?${parameter}=${value}`,
      'GET',
      `${path}?${parameter}=${parameter === 'cursor' ? `!${value}` : value}`,
    );
  },
  (random) => {
    const id = random.pick([
      'x',
      '%00',
      '%zz',
      '..',
      '%2e%2e%2f',
      'x'.repeat(2000),
      '__proto__',
      'constructor',
      '%F0%9F%98%80',
      "'%20OR%201=1--",
      '-1',
      '1e9',
      '2147483648',
    ]);
    const path = random.pick([
      '/v1/observations/',
      '/v1/alerts/',
      '/v1/coincidences/',
      '/v1/events/',
      '/v1/detectors/',
      '/v1/nothing/',
    ]);
    return request(`${path}${id.slice(0, 40)}`, 'GET', `${path}${id}`);
  },
  (random) => {
    const method = random.pick(['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'OPTIONS']);
    return request(`${method} to a message route`, method, random.pick(PATHS));
  },
  (random) => {
    const lines = random.pick([
      '\u0000\u0001\u0002\r\n\r\n',
      'GET\r\n\r\n',
      'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
      'GET /healthz HTTP/1.1\r\n\r\n',
      'GET /healthz HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n',
      'GET /healthz HTTP/1.1\r\nHost: a\r\nX:\u0000\r\n\r\n',
      'POST /v1/observations HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      'POST /v1/observations HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /v1/observations HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'POST /v1/observations HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(5_000)}\r\n`,
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    ]);
    return { what: lines.slice(0, 60), bytes: Buffer.from(lines, 'latin1'), breaksOff: false };
  },
];

/** The n-th hostile request of a seed: every kind takes its turn. */
export function hostileRequest(random: Random, n: number): HostileRequest {
  return (KINDS[n % KINDS.length] as Make)(random);
}

function post(
  what: string,
  path: string,
  content: string | Buffer,
  extra: Record<string, string> = {},
): HostileRequest {
  const bytes = Buffer.from(content);
  return {
    what,
    bytes: Buffer.concat([Buffer.from(headers('POST', path, bytes.length, extra)), bytes]),
    breaksOff: false,
  };
}

function request(what: string, method: string, path: string): HostileRequest {
  return { what, bytes: Buffer.from(headers(method, path, 0)), breaksOff: false };
}

function headers(method: string, path: string, length: number, extra: Record<string, string> = {}): string {
  const all = {
    host: 'a',
    authorization: `Bearer ${ADMIN_KEY}`,
    ...(method === 'POST' ? { 'content-type': 'application/json', 'content-length': String(length) } : {}),
    ...extra,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
