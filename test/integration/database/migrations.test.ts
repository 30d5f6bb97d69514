import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MigrationsLocked, migrate } from '../../../src/database/migrations.js';
import { NO_LOG } from '../../../src/domain/log.js';
import { createTestDatabase } from '../../support/database.js';
import { schemaSql } from '../../support/schema-sql.js';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

const COLUMNS = `
  SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
  ORDER BY table_name, column_name`;
const INDEXES = `
  SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY indexdef`;

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('migrations', () => {
  let migrated: TestDatabase;
  let modelled: TestDatabase;

  beforeAll(async () => {
    [migrated, modelled] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await migrate(migrated.url);
    await ask(modelled.url, await schemaSql(modelled.url));
  });

  afterAll(async () => {
    await Promise.all([migrated.drop(), modelled.drop()]);
  });

  test('make the columns that schema.prisma describes, and no others', async () => {
    const columns = await ask(migrated.url, COLUMNS);
    expect(columns.length).toBeGreaterThan(100);
    expect(columns).toEqual(await ask(modelled.url, COLUMNS));
  });

  test('make the indexes that schema.prisma describes, and beside them only partial ones', async () => {
    const made = (await ask(migrated.url, INDEXES)).map((row) => String(row['indexdef']));
    const described = (await ask(modelled.url, INDEXES)).map((row) => String(row['indexdef']));
    expect(described.length).toBeGreaterThan(10);
    expect(made.filter((index) => !index.includes(' WHERE '))).toEqual(described);
  });

  test('are applied once, also by replicas that start together', async () => {
    const fresh = await createTestDatabase();
    const applied = await Promise.all([migrate(fresh.url), migrate(fresh.url), migrate(fresh.url)]);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await migrate(fresh.url)).toEqual([]);
    await fresh.drop();
  });

  test('wait for others as long as patience lasts, and say for whom', async () => {
    const holder = new pg.Client({ connectionString: migrated.url, application_name: 'somebody' });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7041987)');
    const pid = Number((await holder.query('SELECT pg_backend_pid() AS pid')).rows[0].pid);
    const told: unknown[] = [];
    const log = { ...NO_LOG, warn: (details: object, message: string) => void told.push([message, details]) };
    const outcome = await migrate(migrated.url, { log, patience: 800 }).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(MigrationsLocked);
    expect((outcome as Error).message).toMatch(
      new RegExp(`process ${pid} \\(somebody, user \\w+, from 127\\.0\\.0\\.1\\).*pg_terminate_backend`),
    );
    expect(told).toEqual([
      [
        'database:waiting-for-migrations',
        { seconds: 0, holders: [expect.objectContaining({ pid, address: '127.0.0.1', application: 'somebody' })] },
      ],
    ]);
    await holder.end();
    expect(await migrate(migrated.url)).toEqual([]);
  });

  test('aborted at any moment leave a database that the next ones finish', async () => {
    for (const moment of [0, 20, 60, 120, 250]) {
      const fresh = await createTestDatabase();
      const start = new AbortController();
      const timer = setTimeout(() => start.abort(new Error('aborted')), moment);
      const first = await migrate(fresh.url, { signal: start.signal }).catch((error: Error) => error.message);
      clearTimeout(timer);
      if (!Array.isArray(first)) expect(first).toBe('aborted');
      await migrate(fresh.url);
      expect(await ask(fresh.url, COLUMNS)).toEqual(await ask(migrated.url, COLUMNS));
      await fresh.drop();
    }
  });

  test('let nobody wait behind them for a table that is in use, and go on when it is free', async () => {
    const fresh = await createTestDatabase();
    const reader = new pg.Client({ connectionString: fresh.url, application_name: 'long report' });
    await reader.connect();
    await migrate(fresh.url);
    const name = '20261125650000_delivery_indexes';
    await ask(fresh.url, `DELETE FROM _prisma_migrations WHERE migration_name = '${name}'`);
    await ask(fresh.url, 'DROP INDEX delivery_failed_idx');
    await reader.query('BEGIN');
    await reader.query('LOCK TABLE delivery IN ROW EXCLUSIVE MODE');
    const told: unknown[] = [];
    const log = { ...NO_LOG, warn: (details: object, message: string) => void told.push([message, details]) };
    const again = migrate(fresh.url, { log });
    await vi.waitFor(() => expect(told).not.toEqual([]), { timeout: 60_000 });
    expect(told[0]).toMatchObject(['database:waiting-for-tables', { holders: [{ application: 'long report' }] }]);
    await reader.query('COMMIT');
    await reader.end();
    expect(await again).toEqual([name]);
    await fresh.drop();
  });
});
