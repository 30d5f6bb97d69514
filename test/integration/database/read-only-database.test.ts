import { expect, test } from 'vitest';
import { until } from '../../support/embedded-harness.js';
import { observation } from '../../support/load.js';
import { ADMIN_KEY, restServiceForEachTest } from '../../support/rest-service.js';

const service = restServiceForEachTest();

async function get(path: string): Promise<number> {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  await answer.text();
  return answer.status;
}

const WRITES = [
  ['/v1/observations', observation('JUNO')],
  ['/v1/heartbeats', { detector_name: 'JUNO', detector_status: 'ON' }],
  ['/v1/retractions', { detector_name: 'JUNO', retract_latest_n: 1 }],
  ['/v1/admin/keys', { name: 'a key', role: 'reader' }],
  ['/v1/admin/reset', { cache: 'test', reason: 'a test' }],
] as const;

test('a database that may not be written to is away for whoever writes, and for the load balancer, until it may again', async () => {
  const database = new URL(service.databaseUrl).pathname.slice(1);
  expect((await service.post('/v1/observations', observation('DUNE'))).status).toBe(201);
  await service.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
  // Sessions that stand go on as they began, as they do when a standby is reached instead of the server.
  await service.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  for (const [path, message] of WRITES) {
    const answer = await service.post(path, message);
    expect([path, answer.status]).toEqual([path, 503]);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
  expect(await get('/readyz')).toBe(503);
  expect(await get('/v1/coincidences')).toBe(200);
  expect(await get('/healthz')).toBe(200);

  await service.query(`BEGIN READ WRITE; ALTER DATABASE ${database} RESET default_transaction_read_only; COMMIT`);
  await until(async () => (await get('/readyz')) === 200);
  // Within a second no session is left that began under the order.
  for (const [path, message] of WRITES) await until(async () => (await service.post(path, message)).status < 300, 5);
});

test('tables that changed beneath prepared statements are no reason to refuse anybody', async () => {
  expect((await service.post('/v1/observations', observation('DUNE'))).status).toBe(201);
  await service.query(`ALTER TABLE cache ALTER COLUMN engine TYPE varchar(20)`);
  const answers = await Promise.all(
    [{}, { is_test: true }, { is_firedrill: true }, {}].map((flags) =>
      service.post('/v1/observations', observation('JUNO', flags)),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
});

test.each([
  [
    'a table that is not there',
    'ALTER TABLE observation RENAME TO observation_away',
    'ALTER TABLE observation_away RENAME TO observation',
  ],
  [
    'a column that is not there',
    'ALTER TABLE cache RENAME version TO version_away',
    'ALTER TABLE cache RENAME version_away TO version',
  ],
])("%s is the database's matter: 503", async (_, breaking, mending) => {
  await service.query(breaking);
  expect((await service.post('/v1/observations', observation('JUNO'))).status).toBe(503);
  expect(await get('/v1/coincidences')).toBe(503);
  await service.query(mending);
  expect((await service.post('/v1/observations', observation('JUNO'))).status).toBe(201);
  expect(await get('/v1/coincidences')).toBe(200);
});
