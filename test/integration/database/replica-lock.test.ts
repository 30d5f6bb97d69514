import pg from 'pg';
import { expect, test } from 'vitest';
import { createImport } from '../../../src/cache/history/import.js';
import { switchCaches } from '../../../src/cache/history/switch.js';
import { readConfig } from '../../../src/config/config.js';
import { createPool } from '../../../src/database/pool.js';
import { lockAlone } from '../../../src/database/replica-lock.js';
import { CACHE_NAMES } from '../../../src/domain/cache-name.js';
import { seconds } from '../../../src/domain/time.js';
import { startService } from '../../../src/service/start.js';
import { cachesForEachTest, expectCleanAudit } from '../../support/caches.js';
import { runCommand } from '../../support/cli.js';
import { silentLog } from '../../support/logs.js';

const caches = cachesForEachTest();

const start = (environment: Record<string, string> = {}) =>
  startService(readConfig({ PORT: '0', ADMIN_API_KEY: 'x'.repeat(40), ...environment }), caches.databaseUrl, silentLog);

const switchAll = (window: number) =>
  switchCaches(
    caches.databaseUrl,
    CACHE_NAMES.map((cache) => ({
      kind: 'switch',
      cache,
      engine: 'complete',
      window: seconds(window),
      actor: 'tester',
    })),
  );

const windows = async () => (await caches.query('SELECT DISTINCT window_ns FROM cache')).rows;

test('a switch beside a replica is refused, says which runs, and changes nothing; after its end it is done', async () => {
  const app = await start();
  try {
    await expect(switchAll(20)).rejects.toMatchObject({
      name: 'DatabaseInUse',
      message: expect.stringMatching(
        /^Other processes use this database: snews replica .+:\d+ from .+ \(backend \d+\)\. Stop every replica/,
      ),
    });
    expect(await windows()).toEqual([{ window_ns: '10000000000' }]);
    // A second replica is no hindrance to the first.
    await (await start()).stop();
  } finally {
    await app.stop();
  }
  await switchAll(20);
  expect(await windows()).toEqual([{ window_ns: '20000000000' }]);
  await (await start({ COINCIDENCE_THRESHOLD: '20' })).stop();
  await expectCleanAudit(caches);
});

test('so is that of the command line, with one line', async () => {
  const app = await start();
  try {
    const { exitCode, err } = await runCommand(['cache', 'switch', '--engine', 'reference', '--window', '10'], {
      env: { DATABASE_URL: caches.databaseUrl },
    });
    expect(exitCode).toBe(2);
    expect(err).toMatch(
      /snews: Other processes use this database: snews replica .+ Stop every replica, then run the command again\.\n$/,
    );
  } finally {
    await app.stop();
  }
});

test('while the caches are rebuilt no replica starts and nothing is imported', async () => {
  const rebuilding = new pg.Client({ connectionString: caches.databaseUrl, application_name: 'the rebuild' });
  await rebuilding.connect();
  await lockAlone(rebuilding);
  const pool = createPool(caches.databaseUrl, silentLog);
  const refusal = {
    name: 'DatabaseInUse',
    message: expect.stringMatching(
      /^The caches are being rebuilt .+: the rebuild from .+ Start again when that has ended\.$/,
    ),
  };
  try {
    await expect(start()).rejects.toMatchObject(refusal);
    await expect(createImport(pool, seconds(1)).alone(async () => undefined)).rejects.toMatchObject(refusal);
  } finally {
    await rebuilding.end();
    await pool.end();
  }
  await (await start()).stop();
});

test('a replica whose session is ended takes its share of the lock again', async () => {
  const app = await start();
  const sessions = async (): Promise<number[]> => {
    const { rows } = await caches.query(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'snews replica %'`,
    );
    return rows.map(({ pid }) => pid);
  };
  const shares = async (): Promise<number> => {
    const { rows } = await caches.query(
      `SELECT FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE datname = current_database()
         AND application_name LIKE 'snews replica %' AND locktype = 'advisory' AND mode = 'ShareLock' AND granted`,
    );
    return rows.length;
  };
  try {
    const [first] = await sessions();
    await caches.query('SELECT pg_terminate_backend($1)', [first]);
    await expect.poll(sessions, { timeout: 60_000, interval: 200 }).not.toContain(first);
    await expect.poll(shares, { timeout: 60_000, interval: 50 }).toBe(1);
    await expect(switchAll(20)).rejects.toMatchObject({ name: 'DatabaseInUse' });
  } finally {
    await app.stop();
  }
});
