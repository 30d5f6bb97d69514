import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { expectCleanAudits, expectStoredOnce } from '../support/acknowledged.js';
import { query, until } from '../support/embedded-harness.js';
import { observation, post, startLoad } from '../support/load.js';
import { silentLog } from '../support/logs.js';
import { ADMIN_KEY, type ServiceProcess, siteForEachTest } from '../support/service-process.js';

/** A replica that stands still keeps the others from a cache for 5 s; a busy machine takes its time to wake them. */
const PATIENCE_MS = 60_000;

let postgres: EmbeddedPostgres;

const site = siteForEachTest();
beforeEach(async () => {
  postgres = await startEmbeddedPostgres({ dataDirectory: site.dataDirectory, log: silentLog });
});
afterEach(async () => {
  await postgres.stop();
});

/** Stands still with a cache's lock in its hands. */
async function stopInTransaction(service: ServiceProcess): Promise<void> {
  const HOLDS = `SELECT count(*)::int AS holding FROM pg_stat_activity
    WHERE application_name = 'snews' AND state = 'idle in transaction' AND datname = current_database()`;
  await until(async () => {
    service.send('SIGSTOP');
    const { rows } = await query(postgres.url, HOLDS);
    if (rows[0].holding > 0) return true;
    service.send('SIGCONT');
    return false;
  });
}

test('a replica that stands still in a transaction does not keep the others waiting for long', async () => {
  const environment = { DATABASE_URL: postgres.url };
  const [stalled, other] = [await site.start(environment), await site.start(environment)];
  const load = startLoad({ url: () => stalled.url, key: ADMIN_KEY, connections: 16 });
  await until(() => load.posted.length >= 100);
  await stopInTransaction(stalled);

  const began = Date.now();
  const waited = await Promise.all(
    [{}, { is_test: true }, { is_firedrill: true }].map(async (flags) => {
      const message = observation('LZ', flags);
      for (;;) {
        const answer = await post(`${other.url}/v1/observations`, message, ADMIN_KEY);
        if (answer.status < 300) return { path: '/v1/observations' as const, message, answer, attempts: 1 };
      }
    }),
  );
  const waitedMs = Date.now() - began;
  expect(waitedMs).toBeLessThan(PATIENCE_MS);

  stalled.send('SIGCONT');
  const posted = await load.stop();
  console.info(`a replica that stood still in a transaction kept the other waiting for ${waitedMs} ms`);
  await expectStoredOnce(postgres.url, [...posted, ...waited]);
  await expectCleanAudits(postgres.url);
});
