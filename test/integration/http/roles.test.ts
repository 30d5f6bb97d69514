import { beforeAll, describe, expect, it } from 'vitest';
import { addDuration, formatUtc, fromPosixMilliseconds, seconds } from '../../../src/domain/time.js';
import { apiServerForAllTests, startApiServer } from '../../support/api-server.js';
import { sendRaw } from '../../support/raw-http.js';

type Role = 'none' | 'unknown key' | 'reader' | 'detector' | 'detector of another' | 'admin';
type Rule = 'open' | 'read' | 'write' | 'admin';

/** What each role gets; 'yes': 2xx. */
const RIGHTS: Record<Rule, Record<Role, 'yes' | 401 | 403>> = {
  open: {
    none: 'yes',
    'unknown key': 'yes',
    reader: 'yes',
    detector: 'yes',
    'detector of another': 'yes',
    admin: 'yes',
  },
  read: { none: 401, 'unknown key': 401, reader: 'yes', detector: 'yes', 'detector of another': 'yes', admin: 'yes' },
  write: { none: 401, 'unknown key': 401, reader: 403, detector: 'yes', 'detector of another': 403, admin: 'yes' },
  admin: { none: 401, 'unknown key': 401, reader: 403, detector: 403, 'detector of another': 403, admin: 'yes' },
};

/** Straight from the contract, not from what the routes say of themselves. */
function ruleOf(method: string, path: string): Rule {
  if (['/healthz', '/readyz', '/openapi.json'].includes(path)) return 'open';
  if (path.startsWith('/v1/admin/')) return 'admin';
  return method === 'get' ? 'read' : 'write';
}

/** Alerts of the live cache are open to all, and what the caller may do; a key that is no key is still refused. */
function isOpenForLive(path: string): boolean {
  return path.startsWith('/v1/alerts') || path === '/v1/access';
}

const ROLES = Object.keys(RIGHTS.open) as Role[];
const OF_SUPER_K = { detector_name: 'Super-K', is_test: true };
const OBSERVATION = { ...OF_SUPER_K, neutrino_time_utc: '2030-01-01T00:00:00Z' };
const BODIES: Record<string, unknown> = {
  postObservation: OBSERVATION,
  postRetraction: { ...OF_SUPER_K, retract_message_uuid: '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11' },
  postHeartbeat: { ...OF_SUPER_K, detector_status: 'ON' },
  postTimingSeries: { ...OF_SUPER_K, timing_series: [1] },
  postSignificanceSeries: { ...OF_SUPER_K, p_values: [1] },
  postMessage: { ...OBSERVATION, tier: 'CoincidenceTier' },
  testConnection: { detector_name: 'Super-K' },
  resetCache: { cache: 'firedrill', reason: 'test' },
  muteDetector: { cache: 'firedrill', reason: 'test' },
  unmuteDetector: { cache: 'firedrill', reason: 'test' },
  createKey: { name: 'another', role: 'reader' },
  changeContact: { wants_alerts: true },
  changeDetector: { site: 'Hida, Japan' },
};

/** What can be there once only. */
let count = 0;
const NEW_BODIES: Record<string, () => unknown> = {
  addContact: () => ({ name: 'another', email: `another-${++count}@example.org` }),
  addDetector: () => ({
    name: `Another-${++count}`,
    id: 1000 + count,
    full_name: 'Another',
    type: 'scintillator',
    site: 'nowhere',
    latitude: 0,
    longitude: 0,
  }),
};

let keys: Record<Role, string>;
let parameters: Record<string, string>;

const server = apiServerForAllTests();
beforeAll(async () => {
  keys = {
    none: '',
    'unknown key': `snews_00000000_${'x'.repeat(43)}`,
    reader: await server.key({ name: 'r', role: 'reader', detectors: [] }),
    detector: await server.key({ name: 'd', role: 'detector', detectors: ['JUNO', 'Super-K'] }),
    'detector of another': await server.key({ name: 'o', role: 'detector', detectors: ['LVD'] }),
    admin: await server.key({ name: 'a', role: 'admin', detectors: [] }),
  };
  const contact = { detector_name: 'Super-K', name: 'shift', email: 'shift@example.org' };
  await server.call('POST', '/v1/admin/contacts', contact);
  const now = fromPosixMilliseconds(Date.now());
  for (const [detector_name, ago] of [
    ['Super-K', 60],
    ['LVD', 59],
  ] as const) {
    const neutrino_time_utc = formatUtc(addDuration(now, seconds(-ago)));
    const { json } = await server.call('POST', '/v1/observations', { detector_name, neutrino_time_utc });
    const [alert] = json.alerts;
    parameters = {
      uuid: json.observation.uuid,
      number: '0',
      name: 'Super-K',
      alert: alert?.id,
      event: alert?.event_id,
    };
  }
  // Nothing delivers here: one that failed.
  await server.query(`
    INSERT INTO delivery (sink, alert_id, event_id, sequence, state, created_at, due_at, gives_up_at)
    SELECT 'email', id, event_id, sequence, 'failed', now(), now(), now() FROM alert`);
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
}

function operations(): Operation[] {
  return Object.entries(server.app.swagger().paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Omit<Operation, 'method' | 'path'>>).map(([method, operation]) => ({
      ...operation,
      method,
      path,
    })),
  );
}

async function statusFor(operation: Operation, role: Role): Promise<number> {
  const { method, path, operationId } = operation;
  const id = await idFor(path);
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) => (name === 'id' ? id : parameters[name]) ?? name);
  if (operationId === 'streamAlerts') return firstStatus(filled, keys[role]);
  if (operationId === 'requestFeedback') await server.query('DELETE FROM feedback');
  const body = NEW_BODIES[operationId]?.() ?? BODIES[operationId];
  return (await server.call(method.toUpperCase(), filled, body, keys[role])).status;
}

/** Of something that is there. */
async function idFor(path: string): Promise<string | undefined> {
  if (path.startsWith('/v1/events')) return parameters['event'];
  if (path.startsWith('/v1/alerts')) return parameters['alert'];
  if (path.startsWith('/v1/admin/dead-letters') || path.startsWith('/v1/admin/deliveries')) return '1';
  if (path.startsWith('/v1/admin/resets')) {
    return (await server.call('POST', '/v1/admin/reset', BODIES['resetCache'])).json.id;
  }
  if (path.startsWith('/v1/admin/contacts')) {
    const added = await server.call('POST', '/v1/admin/contacts', NEW_BODIES['addContact']?.());
    return String(added.json.id);
  }
  return (await server.keys.create({ name: 'to revoke', role: 'reader', detectors: [] }, 'test')).record.id;
}

it('takes every example of a cursor, each of its own list', async () => {
  interface Parameter {
    readonly name: string;
    readonly example?: string;
    readonly schema: { readonly example?: string };
  }
  let lists = 0;
  for (const { method, path, ...operation } of operations()) {
    const { parameters: given = [] } = operation as { parameters?: readonly Parameter[] };
    const found = given.find(({ name }) => name === 'cursor');
    if (found === undefined) continue;
    const cursor = found.example ?? found.schema.example;
    const filled = path.replace('{name}', 'Super-K');
    const { status } = await server.call(method.toUpperCase(), `${filled}?limit=1&cursor=${cursor}`);
    expect([path, status]).toEqual([path, 200]);
    lists++;
  }
  expect(lists).toBeGreaterThan(12);
});

it('answers 405 to a method that a path does not know, whatever body it has or lacks', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']) {
    const { status, headers } = await sendRaw(server.url, `${method} /readyz HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect([method, status]).toEqual([method, 405]);
    expect(headers.toLowerCase()).toContain('allow: get, head');
  }
});

it('says in its patterns what means the same with and without the flag u', () => {
  const patterns = [...JSON.stringify(server.app.swagger()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
  expect(patterns.length).toBeGreaterThan(5);
  for (const [, pattern = '""'] of patterns) {
    const text = JSON.parse(pattern) as string;
    expect(() => new RegExp(text, 'u')).not.toThrow();
    // Without the flag \p would be the letter p.
    expect(text).not.toMatch(/\\[pP]\{/);
  }
});

it('lets nobody keep answers with keys or addresses', async () => {
  for (const [method, path, body] of [
    ['GET', '/v1/access', undefined],
    ['POST', '/v1/admin/keys', { name: 'kept by nobody', role: 'reader' }],
    ['GET', '/v1/admin/keys', undefined],
    ['GET', '/v1/admin/contacts', undefined],
    ['GET', '/v1/admin/acts', undefined],
  ] as const) {
    const { status, headers } = await server.call(method, path, body);
    expect(status).toBeLessThan(300);
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
  }
});

async function firstStatus(path: string, key: string): Promise<number> {
  const abort = new AbortController();
  const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
  const { status } = await fetch(`${server.url}${path}`, { headers, signal: abort.signal });
  abort.abort();
  return status;
}

function classOf(status: number): string {
  return status >= 200 && status < 300 ? 'yes' : String(status);
}

describe('every operation of the OpenAPI document', () => {
  it('grants each role what the contract says, and no more', async () => {
    const found: string[] = [];
    const expected: string[] = [];
    for (const operation of operations()) {
      const rule = ruleOf(operation.method, operation.path);
      for (const role of ROLES) {
        const right = isOpenForLive(operation.path) && role === 'none' ? 'yes' : RIGHTS[rule][role];
        const line = `${operation.method} ${operation.path} as ${role}: `;
        expected.push(`${line}${right}`);
        found.push(`${line}${classOf(await statusFor(operation, role))}`);
      }
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(28 * ROLES.length);
  });

  it('says in the document whether it asks for a key', () => {
    for (const { method, path, security } of operations()) {
      const isOpen = ruleOf(method, path) === 'open';
      const asks = isOpen ? [] : isOpenForLive(path) ? [{}, { key: [] }] : [{ key: [] }];
      expect(security, `${method} ${path}`).toEqual(asks);
    }
  });

  it('asks for a key for alerts of other caches, in the list and one by one', async () => {
    const test = { is_test: true, neutrino_time_utc: '2031-01-01T00:00:00Z' };
    await server.call('POST', '/v1/observations', { ...test, detector_name: 'JUNO' });
    const { json } = await server.call('POST', '/v1/observations', { ...test, detector_name: 'KM3NeT' });
    for (const path of [
      '/v1/alerts?cache=test',
      '/v1/alerts?cache=live&cache=test',
      '/v1/alerts/stream?cache=test',
      `/v1/alerts/${json.alerts[0].id}`,
    ]) {
      expect((await server.call('GET', path, undefined, '')).status, path).toBe(401);
    }
    expect((await server.call('GET', '/v1/alerts?cache=test', undefined, keys.reader)).json.items).toHaveLength(1);
  });
});

describe('PUBLIC_READS', () => {
  it('opens reads, and nothing else', async () => {
    const open = await startApiServer({ publicReads: true });
    try {
      expect((await open.call('GET', '/v1/coincidences', undefined, '')).status).toBe(200);
      expect((await open.call('GET', '/v1/alerts?cache=test', undefined, '')).status).toBe(200);
      expect((await open.call('POST', '/v1/observations', OBSERVATION, '')).status).toBe(401);
      expect((await open.call('GET', '/v1/admin/keys', undefined, '')).status).toBe(401);
    } finally {
      await open.stop();
    }
  });
});
