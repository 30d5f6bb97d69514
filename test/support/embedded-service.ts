/*
 * A service that does nothing but run an embedded PostgreSQL, to be killed by tests:
 *   embedded-service.ts <data directory> [<fallback directory>]
 * Writes what happens as lines of JSON to its standard output; logs to standard error.
 * SIGTERM: stops. SIGINT: works with the database for another second, as a graceful stop does, then stops.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../src/database/embedded/index.js';

const tell = (event: object): boolean => process.stdout.write(`${JSON.stringify(event)}\n`);

const [dataDirectory, fallbackDirectory] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error('which data directory?');

const log = pino({ level: 'info' }, pino.destination({ fd: 2, sync: true }));

try {
  const postgres = await startEmbeddedPostgres({ dataDirectory, fallbackDirectory, log });
  process.on('SIGTERM', () => {
    void postgres.stop().then(() => tell({ event: 'stopped' }));
  });
  process.on('SIGINT', async () => {
    await pause(1_000);
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('CREATE TABLE last_work AS SELECT now()');
    await client.end();
    tell({ event: 'worked' });
    await postgres.stop();
    tell({ event: 'stopped' });
  });
  tell({ event: 'ready', url: postgres.url, postgresPid: postgres.pid, dataDirectory: postgres.dataDirectory });
} catch (error) {
  tell({ event: 'failed', name: (error as Error).name, message: (error as Error).message });
  process.exitCode = 1;
}
