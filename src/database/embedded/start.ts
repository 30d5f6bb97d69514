import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { unlessCalledOff } from '../called-off.js';
import { findPackage, prepareBinaries } from './binaries.js';
import { bringUp, clearLeftovers } from './bring-up.js';
import { clusterExists, ensurePassword, initialiseCluster } from './cluster.js';
import { clusterFolder, giveTo, prepareDataDirectory } from './data-directory.js';
import { asEmbeddedPostgresError, EmbeddedPostgresError, explainFailure } from './errors.js';
import type { Log } from './log.js';
import { passwordFile } from './password.js';
import type { Haste } from './processes.js';
import type { ServerContext, ServerProcess } from './server.js';
import { chooseServerUser } from './server-user.js';
import { lockDataDirectory, type ServiceLock } from './service-lock.js';
import { DATABASE } from './settings.js';
import { databaseUrl } from './url.js';

export interface EmbeddedPostgresOptions {
  /** Where the data, the password and the lock lie; made if need be. */
  readonly dataDirectory: string;
  /**
   * Taken instead if the service runs as root and the user of PostgreSQL can't reach `dataDirectory`. Only for a
   * `dataDirectory` that nobody chose deliberately.
   */
  readonly fallbackDirectory?: string | undefined;
  readonly log: Log;
  /** Calls the start off. */
  readonly signal?: AbortSignal | undefined;
}

/** A PostgreSQL server that runs for this service alone. */
export interface EmbeddedPostgres {
  /** The same for as long as the service runs, also when PostgreSQL had to be restarted. */
  readonly url: string;
  /** The number of the server's process at the moment. */
  readonly pid: number;
  /** The directory in use: the fallback, perhaps. */
  readonly dataDirectory: string;
  /**
   * Sends clients away and stops the server; waits for its end. Any number of calls is one, but one in more haste
   * hurries the others.
   */
  stop(haste?: Haste): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the service, on data that survive it. It stops when asked to by `stop`, and
 * only then: a signal to the service doesn't reach it, and if it dies it is restarted on the same port. A service that
 * is killed leaves it running; the next start on the same directory stops it properly and starts its own.
 * @throws EmbeddedPostgresError that tells the operator what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    if (process.getuid === undefined) {
      throw new EmbeddedPostgresError('The embedded PostgreSQL does not run on this system: set DATABASE_URL.');
    }
    const { log } = options;
    options.signal?.throwIfAborted();
    const user = await chooseServerUser(log);
    const dataDirectory = await prepareDataDirectory(options.dataDirectory, options.fallbackDirectory, user, log);
    const lock = await lockDataDirectory(dataDirectory);
    try {
      return await startLocked(dataDirectory, user, lock, options);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw asEmbeddedPostgresError(error, options.dataDirectory);
  }
}

async function startLocked(
  dataDirectory: string,
  user: ServerContext['user'],
  lock: ServiceLock,
  { log, signal }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const cluster = clusterFolder(dataDirectory);
  const found = await findPackage();
  const exists = await clusterExists(dataDirectory, found.major);
  await clearLeftovers(cluster, log, signal);
  const binaries = await unlessCalledOff(prepareBinaries(found, dataDirectory, user, log), signal);
  const context = { dataDirectory, cluster, binaries, user, log, signal };
  if (exists) await unlessCalledOff(giveTo(user, cluster, log), signal);
  const password = exists ? await ensurePassword(context) : await initialiseCluster(context);

  const stopping = new AbortController();
  const called = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const server = await bringUp(context, undefined, called);
  try {
    await unlessCalledOff(ensureDatabase(server.port, password, dataDirectory), signal);
  } catch (error) {
    await server.stop(signal?.aborted ? 'soon' : 'gently');
    throw error;
  }
  log.info({ postgresPid: server.pid, port: server.port, dataDirectory }, 'PostgreSQL is ready');
  return supervise(server, context, databaseUrl(server.port, password), lock, stopping);
}

/** Makes the database at the first start, or at the next one if that was cut short. */
async function ensureDatabase(port: number, password: string, dataDirectory: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(port, password, 'postgres') });
  // Without a listener, a server that dies now would end the process; the query below fails in that case.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    if (error.code !== '28P01') throw explainFailure('The database could not be made', [error.message], dataDirectory);
    throw new EmbeddedPostgresError(
      `The password in ${passwordFile(dataDirectory)} is not the one of the database: remove that file and start again, ` +
        'a new password will be set.',
      { cause: error },
    );
  } finally {
    await client.end();
  }
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A server that lived this long before it died is restarted at once. */
const SOUND_LIFE_MS = 60_000;

/** Restarts the server whenever it dies, on the port that the pools know, until it is asked to stop. */
function supervise(
  first: ServerProcess,
  context: ServerContext,
  url: string,
  lock: ServiceLock,
  stopping: AbortController,
): EmbeddedPostgres {
  const { log } = context;
  let server = first;
  let wait = FIRST_PAUSE_MS;

  const restart = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pauseUnlessAborted(wait, stopping.signal);
      wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
      if (stopping.signal.aborted) return;
      try {
        server = await bringUp(context, first.port, stopping.signal);
        log.info({ postgresPid: server.pid, port: server.port }, 'PostgreSQL is ready again');
        return;
      } catch (error) {
        if (!stopping.signal.aborted) log.error({ err: error, retryInMs: wait }, 'PostgreSQL could not be restarted');
      }
    }
  };

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const started = Date.now();
      const ending = await server.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - started > SOUND_LIFE_MS) wait = FIRST_PAUSE_MS;
      log.error({ postgresPid: server.pid, ending, retryInMs: wait }, 'PostgreSQL died: restarting it');
      await restart();
    }
  };

  const watching = watch();
  let stopped: Promise<void> | undefined;
  const stop = async (haste: Haste): Promise<void> => {
    stopping.abort();
    await server.stop(haste);
    await watching;
    await lock.release();
    log.info({}, 'PostgreSQL is stopped');
  };
  return {
    url,
    dataDirectory: context.dataDirectory,
    get pid() {
      return server.pid;
    },
    stop: (haste = 'gently') => {
      if (stopped !== undefined && haste !== 'gently') return server.stop(haste);
      stopped ??= stop(haste);
      return stopped;
    },
  };
}

async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
