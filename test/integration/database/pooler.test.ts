import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { examine } from '../../../src/cli/doctor/examine.js';
import { readConfig } from '../../../src/config/config.js';
import { requireOwnSessions, UnsuitablePooler } from '../../../src/database/pooler.js';
import { startService } from '../../../src/service/start.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { silentLog } from '../../support/logs.js';
import { hasPgBouncer, type Pooler, startPgBouncer } from '../../support/pgbouncer.js';
import { ADMIN_KEY } from '../../support/rest-service.js';

let database: TestDatabase;
let pooler: Pooler | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await pooler?.stop();
  pooler = undefined;
});
afterAll(() => database.drop());

async function through(...settings: string[]): Promise<string> {
  pooler = await startPgBouncer(inject('postgresUrl'), ...settings);
  return pooler.through(database.url);
}

const start = (url: string) =>
  startService(readConfig({ DATABASE_URL: url, PORT: '0', ADMIN_API_KEY: ADMIN_KEY }), url, silentLog);

const faults = async (url: string) => {
  const found: string[] = [];
  for await (const { area, level, what } of examine({ environment: { DATABASE_URL: url }, now: Date.now })) {
    if (area === 'database' && level === 'error') found.push(what);
  }
  return found;
};

test('PostgreSQL itself gives sessions of our own', async () => {
  await requireOwnSessions(database.url);
});

describe.skipIf(!hasPgBouncer)('a pooler', () => {
  test.each([
    ['in transaction mode, idle', ['pool_mode = transaction', 'ignore_startup_parameters = options']],
    ['that takes turns', ['pool_mode = transaction', 'ignore_startup_parameters = options', 'server_round_robin = 1']],
    ['with one session', ['pool_mode = transaction', 'ignore_startup_parameters = options', 'default_pool_size = 1']],
    ['in statement mode', ['pool_mode = statement', 'ignore_startup_parameters = options']],
    ['in transaction mode, that knows no settings', ['pool_mode = transaction']],
    [
      'in session mode, that drops the settings of sessions',
      ['pool_mode = session', 'ignore_startup_parameters = options'],
    ],
    ['in session mode, that refuses the settings of sessions', ['pool_mode = session']],
  ])('%s is refused in one line, before anything is written, by doctor too', async (name, settings) => {
    const url = await through(...settings);
    const refusal = await start(url).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnsuitablePooler);
    const { message } = refusal as Error;
    expect(message).toMatch(/pooler .* DATABASE_URL/);
    expect(message).not.toContain('\n');
    if (name.includes('transaction mode,')) expect(message).toMatch(/transaction mode|unsupported startup parameter/);
    expect(await faults(url)).toEqual([message]);
  });
});
