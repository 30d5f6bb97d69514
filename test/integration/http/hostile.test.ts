import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { apiServerForAllTests } from '../../support/api-server.js';
import { hostileRequest } from '../../support/hostile-requests.js';
import { createRandom } from '../../support/random.js';
import { sendRaw } from '../../support/raw-http.js';

const REQUESTS = 5_000;
const AT_ONCE = 20;

const server = apiServerForAllTests();

async function rowCounts(): Promise<Record<string, unknown>[]> {
  const tables = await server.query(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`,
  );
  const counts = tables.map(({ relname }) => `SELECT '${relname}' AS name, count(*) FROM "${relname}"`);
  return server.query(counts.join(' UNION ALL '));
}

/** Bytes of live objects. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

it(`${REQUESTS} hostile requests: all refused with problem details, nothing stored, memory flat`, async () => {
  const before = await rowCounts();
  const random = createRandom(20261122);
  const wrong: unknown[] = [];
  const statuses = new Map<number, number>();
  let heapEarly = 0;
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    if (sent === REQUESTS / 5) heapEarly = heap();
    const requests = Array.from({ length: AT_ONCE }, (_, i) => hostileRequest(random, sent + i));
    const answers = await Promise.all(
      requests.map(({ bytes, breaksOff }) => sendRaw(server.url, bytes, { breaksOff, silenceMs: 3_000 })),
    );
    for (const [i, { status, headers, body }] of answers.entries()) {
      const request = requests[i];
      // Who hangs up half way need not be answered.
      if (status === undefined && request?.breaksOff === true) continue;
      const isProblem = headers.toLowerCase().includes('content-type: application/problem+json\r\n');
      const isRefused = status !== undefined && status >= 400 && status < 500;
      statuses.set(status ?? 0, (statuses.get(status ?? 0) ?? 0) + 1);
      if (isRefused && isProblem && JSON.parse(body).status === status) continue;
      wrong.push({ what: request?.what.slice(0, 200), status, body: body.slice(0, 200) });
    }
  }
  expect(wrong).toEqual([]);
  for (const status of [400, 401, 404, 405, 413, 414, 415, 417, 431]) expect(statuses.get(status)).toBeGreaterThan(5);
  expect(await rowCounts()).toEqual(before);
  expect(heap() - heapEarly).toBeLessThan(10_000_000);
  const alive = { detector_name: 'Super-K', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };
  expect((await server.call('POST', '/v1/observations', alive)).status).toBe(201);
}, 300_000);
