import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { forAllTests } from './for-tests.js';
import { execute, tell, urlOf } from './postgres-databases.js';
// For the types of what is injected.
import type {} from './postgres-server.js';

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Sends away whoever is still connected. The server is told so, and waited for by nobody: it makes a checkpoint first. */
  drop(): Promise<void>;
}

/** Makes a fresh, empty database on the server of the integration tests. */
export function createTestDatabase(): Promise<TestDatabase> {
  return create('');
}

/** Makes a fresh database with all migrations on the server of the integration tests. */
export function createMigratedDatabase(): Promise<TestDatabase> {
  return create(`TEMPLATE ${inject('postgresTemplate')}`);
}

/** An empty database for all tests of a file. */
export function databaseForAllTests(): TestDatabase {
  return forAllTests(createTestDatabase, (database) => database.drop());
}

async function create(options: string): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `CREATE DATABASE ${name} ${options}`);
  return {
    url: urlOf(server, name),
    drop: async () => await tell(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}
