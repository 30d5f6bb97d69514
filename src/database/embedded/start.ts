import pg from 'pg';
import type { Log } from '../../domain/log.js';
import { pauseUntilAborted, unlessAborted } from '../aborting.js';
import { findPackage, prepareBinaries } from './binaries.js';
import { bringUp, clearLeftovers } from './bring-up.js';
import { clusterFolder, giveTo, prepareDataDirectory } from './data-directory.js';
import { clusterExists, ensurePassword, initialiseCluster } from './database-cluster.js';
import { asEmbeddedPostgresError, EmbeddedPostgresError, explainFailure } from './errors.js';
import { passwordFile } from './password.js';
import type { Haste } from './processes.js';
import type { ServerContext, ServerProcess } from './server.js';
import { chooseServerUser } from './server-user.js';
import { lockDataDirectory, type ServiceLock } from './service-lock.js';
import { DATABASE } from './settings.js';
import { databaseUrl } from './url.js';

export interface EmbeddedPostgresOptions {
  /** The directory of the data, the password and the lock; made if it does not exist. */
  readonly dataDirectory: string;
  /**
   * Used instead if the service runs as root and the user of PostgreSQL can't reach `dataDirectory`. Only for a
   * `dataDirectory` that is a default and was not configured.
   */
  readonly fallbackDirectory?: string | undefined;
  readonly log: Log;
  /** Aborts the start. */
  readonly signal?: AbortSignal | undefined;
}

/** A PostgreSQL server that belongs to this service. */
export interface EmbeddedPostgres {
  /** It stays the same when PostgreSQL is restarted. */
  readonly url: string;
  /** The process id of the server at the moment. */
  readonly pid: number;
  /** The directory in use; it may be the fallback. */
  readonly dataDirectory: string;
  /**
   * Disconnects clients, stops the server and waits for its end. Further calls wait for the same stop; a call in more haste
   * speeds it up.
   */
  stop(haste?: Haste): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the service. It runs until `stop` is called: signals to the service don't reach it,
 * and if it dies it is restarted on the same port. If the service is killed, PostgreSQL goes on running; the next start on
 * the same directory stops it properly and starts its own.
 * @throws EmbeddedPostgresError with a message that tells the operator what to do
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
  const binaries = await unlessAborted(prepareBinaries(found, dataDirectory, user, log), signal);
  const context = { dataDirectory, cluster, binaries, user, log, signal };
  if (exists) await unlessAborted(giveTo(user, cluster, log), signal);
  const password = exists ? await ensurePassword(context) : await initialiseCluster(context);

  const stopping = new AbortController();
  const aborted = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const server = await bringUp(context, undefined, aborted);
  try {
    await unlessAborted(ensureDatabase(server.port, password, dataDirectory), signal);
  } catch (error) {
    await server.stop(signal?.aborted ? 'soon' : 'gently');
    throw error;
  }
  log.info({ postgresPid: server.pid, port: server.port, dataDirectory }, 'PostgreSQL is ready');
  return supervise(server, context, databaseUrl(server.port, password), lock, stopping);
}

/** Makes the database if it does not exist: at the first start, or at the next one if the first was interrupted. */
async function ensureDatabase(port: number, password: string, dataDirectory: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(port, password, 'postgres') });
  // Without a listener the death of the server would end this process. With it, the query below fails.
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
/** A server that ran for this long before it died is restarted at once. */
const SOUND_LIFE_MS = 60_000;

/** Restarts the server on the same port whenever it dies, until it is stopped. */
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
      await pauseUntilAborted(wait, stopping.signal);
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
