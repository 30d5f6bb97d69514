import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
// For the type of inject('postgresUrl').
import type {} from './postgres-server.js';

/** An empty database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Sends away whoever is still connected. */
  drop(): Promise<void>;
}

/** Makes a fresh, empty database on the server of the integration tests. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: async () => await execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function execute(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
