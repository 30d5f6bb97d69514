import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { migrate } from '../../src/database/migrations.js';
import { NO_LOG } from '../../src/domain/log.js';
import { execute, urlOf } from './postgres-databases.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL on which tests may make databases (see database.ts). */
    postgresUrl: string;
    /** The name of a database there which has all migrations and nothing else: to be copied, never to be used. */
    postgresTemplate: string;
  }
}

const log = {
  ...NO_LOG,
  error: (fields: object, message: string) => console.error(message, fields),
};

/**
 * One server for all integration tests: TEST_DATABASE_URL, or the embedded one, as durable as in production. The
 * migrations run once: a copy of what they made takes a fraction of their time.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `test_template_${randomUUID().replaceAll('-', '')}`;
  await execute(server.url, `CREATE DATABASE ${template}`);
  await migrate(urlOf(server.url, template));
  project.provide('postgresUrl', server.url);
  project.provide('postgresTemplate', template);
  return async () => {
    await execute(server.url, `DROP DATABASE ${template}`);
    await server.stop();
  };
}

async function startServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'snews-test-postgres-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder, log });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      await rm(folder, { recursive: true });
    },
  };
}
