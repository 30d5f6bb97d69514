import type { Logger } from 'pino';
import { CacheMismatch } from './cache/history/create-caches.js';
import { type Config, ConfigError, readConfig } from './config/config.js';
import { MissingPackage } from './config/optional-package.js';
import { pauseUnlessAborted } from './database/aborting.js';
import { asDatabaseAway, isClosedToUs } from './database/away.js';
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from './database/embedded/index.js';
import { MigrationsLocked } from './database/migrations.js';
import { UnsuitablePooler } from './database/pooler.js';
import { DatabaseInUse } from './database/replica-lock.js';
import { UnsafeDatabase } from './database/safety.js';
import { DatabaseAway } from './domain/database-away.js';
import { createLog, flushOutput, ignoreOutputErrors } from './observability/log.js';
import { type Service, startService } from './service/start.js';
import { handleTermination, type Termination } from './service/termination.js';

/** Folder of the embedded database if PostgreSQL's user cannot access the default folder, for example in root's home. */
export const FALLBACK_DATA_DIRECTORY = '/var/lib/snews';

/** The URL and the keys are printed when nothing was logged for this time, or after the maximum. */
const QUIET_MILLISECONDS = 250;
const MOST_QUIET_MILLISECONDS = 2_000;
/** Time limit for writing the last lines before the process exits. */
const FLUSH_MILLISECONDS = 500;
/** How long the start waits for the database, which may be starting at the same time. */
const DATABASE_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS = 1_000;

/** Errors that the operator can fix: only the message is printed, which says how; a stack trace would obscure it. */
const SETUP_ERRORS = [
  ConfigError,
  CacheMismatch,
  DatabaseInUse,
  UnsafeDatabase,
  UnsuitablePooler,
  MigrationsLocked,
  EmbeddedPostgresError,
  MissingPackage,
  DatabaseAway,
];

/**
 * Runs the service until a signal stops it, then stops it gracefully and exits the process. The exit code is 0 if a
 * signal requested the stop and every part has stopped, else 1.
 * @param environment the configuration, see `readConfig`
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<never> {
  ignoreOutputErrors();
  let exitCode = 1;
  try {
    const configured = readConfig(environment);
    const config = { ...configured, printFirstKeys: configured.printFirstKeys || process.stdout.isTTY === true };
    exitCode = (await runUntilStopped(config, environment)) ? 0 : 1;
  } catch (error) {
    const isSetup = SETUP_ERRORS.some((known) => error instanceof known) || isListenError(error);
    process.stderr.write(`${isSetup ? (error as Error).message : inspect(error)}\n`);
  }
  await flushOutput(FLUSH_MILLISECONDS);
  // An aborted start may have left open connections, which would keep the process running.
  process.exit(exitCode);
}

/** @returns true if every part has stopped */
async function runUntilStopped(config: Config, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { log, lines } = await createLog(config.logLevel);
  let embedded: EmbeddedPostgres | undefined;
  const termination = handleTermination({
    log,
    environment,
    cleanUp: async (urgency) => await embedded?.stop(urgency),
  });
  let service: Service | undefined;
  let notStopped: readonly string[] = [];
  try {
    if (config.databaseUrl === undefined) {
      embedded = await startEmbeddedPostgres({
        dataDirectory: config.dataDirectory,
        ...(environment['DATA_DIR'] ? {} : { fallbackDirectory: FALLBACK_DATA_DIRECTORY }),
        log,
        signal: termination.requested,
      });
    }
    service = await startWithDatabase(
      config,
      embedded?.url ?? (config.databaseUrl as string),
      log,
      termination.requested,
    );
    log.info({ url: service.url }, 'service:ready');
    if (process.stdout.isTTY || service.firstKeys.admin !== undefined) {
      // The log lines of starting background tasks come first, so that the keys stay at the end of the output.
      await lines.quiet(QUIET_MILLISECONDS, MOST_QUIET_MILLISECONDS);
    }
    printStarted(service);
    await untilRequested(termination);
    notStopped = await service.stop();
  } catch (error) {
    if (!termination.requested.aborted) throw error;
    if (error !== termination.requested.reason) log.warn({ err: error }, 'service:start-aborted');
  } finally {
    if (embedded !== undefined) {
      notStopped = [...notStopped, ...(await stopPostgres(embedded, service === undefined, log))];
    }
    log.info({}, 'service:stopped');
    termination.release();
  }
  return notStopped.length === 0;
}

/** @returns the names of the parts that did not stop */
async function stopPostgres(embedded: EmbeddedPostgres, isAborted: boolean, log: Logger): Promise<string[]> {
  try {
    await embedded.stop(isAborted ? 'soon' : 'gently');
    return [];
  } catch (error) {
    log.error({ err: error }, 'service:part-not-stopped');
    return ['embedded PostgreSQL'];
  }
}

/**
 * Starts the service, and retries while the database does not answer.
 * @throws DatabaseAway after 60 s, or at once if the database rejects the connection
 */
async function startWithDatabase(config: Config, url: string, log: Logger, signal: AbortSignal): Promise<Service> {
  const deadline = Date.now() + DATABASE_MILLISECONDS;
  for (;;) {
    try {
      return await startService(config, url, log, signal);
    } catch (error) {
      const away = asDatabaseAway(error);
      if (signal.aborted || !(away instanceof DatabaseAway)) throw error;
      if (isClosedToUs(error)) {
        throw new DatabaseAway(`PostgreSQL at DATABASE_URL rejects the connection: ${messageOf(away.cause)}`, {
          cause: error,
        });
      }
      if (Date.now() > deadline) {
        throw new DatabaseAway(`no PostgreSQL answers at DATABASE_URL: ${messageOf(away.cause)}`, { cause: error });
      }
      log.warn({ err: away.cause }, 'service:waiting-for-database');
      await pauseUnlessAborted(RETRY_MILLISECONDS, signal);
    }
  }
}

function untilRequested({ requested }: Termination): Promise<void> {
  if (requested.aborted) return Promise.resolve();
  return new Promise((resolve) => requested.addEventListener('abort', () => resolve(), { once: true }));
}

/** Prints the URL and new keys. Keys are never logged. */
function printStarted(service: Service): void {
  const { admin, detector } = service.firstKeys;
  const keys = [
    ...(admin === undefined ? [] : [`  export SNEWS_ADMIN_KEY=${admin}`]),
    ...(detector === undefined ? [] : [`  export SNEWS_DETECTOR_KEY=${detector}`]),
  ];
  const shown =
    keys.length === 0
      ? ''
      : `\nThe server has created these keys. It cannot show them again. Paste them into your shell:\n\n${keys.join('\n')}\n`;
  process.stdout.write(`\nSNEWS coincidence server: ${service.url}  (its API: ${service.url}/docs)\n${shown}\n`);
}

/** The port is in use or not permitted; the operating system's message says which. */
function isListenError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function inspect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
