import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, schemaSql } from '../../src/database/migrations.js';
import { createTestDatabase } from '../support/database.js';

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
});
