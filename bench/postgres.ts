import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { EmbeddedPostgres } from '../src/database/embedded/index.js';
import { NO_LOG } from '../src/domain/log.js';
import { compiled } from './compiled.js';

const quiet = {
  ...NO_LOG,
  error: (_fields: object, message: string) => process.stderr.write(`PostgreSQL: ${message}\n`),
};

/** The PostgreSQL server of a run: the one the service brings, as durable as in production, in a folder of its own. */
export class BenchPostgres {
  private started: Promise<{ server: EmbeddedPostgres; folder: string }> | undefined;
  private known: string | null = null;

  /** null until it was used. */
  get version(): string | null {
    return this.known;
  }

  /** Makes an empty database. Its URL. */
  async database(name: string): Promise<string> {
    this.started ??= start();
    const { server } = await this.started;
    this.known = await onServer(server.url, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${name}`);
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version ?? null;
    });
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async stop(): Promise<void> {
    if (this.started === undefined) return;
    const { server, folder } = await this.started;
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function start() {
  const { startEmbeddedPostgres } = await compiled.embedded();
  const folder = await mkdtemp(join(tmpdir(), 'snews-bench-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  return { server: await startEmbeddedPostgres({ dataDirectory: folder, log: quiet }), folder };
}

/** Does something with a connection of its own. */
export async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
