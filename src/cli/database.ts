import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readConfig } from '../config/config.js';
import { clusterFolder } from '../database/embedded/data-directory.js';
import { unless } from '../database/embedded/errors.js';
import { embeddedDatabaseUrl, startEmbeddedPostgres } from '../database/embedded/index.js';
import { NO_LOG } from '../domain/log.js';
import { FALLBACK_DATA_DIRECTORY } from '../main.js';
import { CliError } from './exit.js';
import { printable, type Terminal, writeLine } from './terminal.js';

/**
 * Gives access to the database that the environment configures: DATABASE_URL, or the embedded PostgreSQL of DATA_DIR,
 * which is started for the duration of the work if no server runs on it.
 */
export async function withDatabase<T>(terminal: Terminal, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const config = readConfig(terminal.env);
  if (config.databaseUrl !== undefined) return await work(config.databaseUrl);
  const isChosen = (terminal.env['DATA_DIR'] ?? '') !== '';
  // The data directories of the server, in the order in which it tries them.
  const directories = [config.dataDirectory, ...(isChosen ? [] : [FALLBACK_DATA_DIRECTORY])].map((path) =>
    resolve(path),
  );
  for (const directory of directories) {
    const running = await embeddedDatabaseUrl(directory);
    if (running !== undefined) return await work(running);
  }
  const dataDirectory = await directoryWithData(directories);
  writeLine(terminal.err, `Starting the PostgreSQL of ${dataDirectory} …`);
  const postgres = await startEmbeddedPostgres({ dataDirectory, log: warningsOnly(terminal) });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

/** A command must not create an empty database. */
async function directoryWithData(directories: readonly string[]): Promise<string> {
  for (const directory of directories) {
    const version = stat(join(clusterFolder(directory), 'PG_VERSION'));
    if ((await unless(version, 'ENOENT', 'ENOTDIR')) !== undefined) return directory;
  }
  throw new CliError(
    `There is no database in ${directories.join(' or ')}: set DATA_DIR or DATABASE_URL as for the server, ` +
      'or start the server once ("snews serve").',
  );
}

/** Shows warnings and errors of PostgreSQL, not its progress. */
function warningsOnly({ err }: Terminal) {
  const tell = (_fields: object, message: string) => writeLine(err, `PostgreSQL: ${printable(message)}`);
  return { ...NO_LOG, warn: tell, error: tell };
}
