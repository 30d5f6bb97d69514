import type { Logger } from 'pino';
import { CacheMismatch } from './cache/history/found.js';
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
import { createLog, outliveReaders, readersHaveTaken } from './observability/log.js';
import { type Endings, watchEndings } from './service/endings.js';
import { type Service, startService } from './service/start.js';

/** Where the embedded database goes if PostgreSQL's user can't reach the default folder (root's home, say). */
export const FALLBACK_DATA_DIRECTORY = '/var/lib/snews';

/** The log counts as quiet when nothing came for so long; it may never be. */
const QUIET_MILLISECONDS = 250;
const CROWDED_MILLISECONDS = 2_000;
/** How long the last lines may take to reach whoever reads them. */
const LAST_WORDS_MILLISECONDS = 500;
/** How long a start waits for a database that isn't there yet, as when all services start together. */
const PATIENCE_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS = 1_000;

/** Set-ups that somebody has to change: the message says how, a stack trace would only hide it. */
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
 * Runs the service until somebody stops it; then stops it gracefully and ends the process. The exit code is 0 if
 * somebody asked for the end and all has stopped.
 * @param environment the configuration, see `readConfig`
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<never> {
  outliveReaders();
  let exitCode = 1;
  try {
    const given = readConfig(environment);
    // A terminal has somebody in front of it.
    const config = { ...given, printFirstKeys: given.printFirstKeys || process.stdout.isTTY === true };
    exitCode = (await runUntilStopped(config, environment)) ? 0 : 1;
  } catch (error) {
    const isSetup = SETUP_ERRORS.some((known) => error instanceof known) || isTaken(error);
    process.stderr.write(`${isSetup ? (error as Error).message : inspect(error)}\n`);
  }
  await readersHaveTaken(LAST_WORDS_MILLISECONDS);
  // A start that was aborted may have left something that still waits for an answer.
  process.exit(exitCode);
}

/** @returns true if all has stopped */
async function runUntilStopped(config: Config, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { log, lines } = await createLog(config.logLevel);
  let embedded: EmbeddedPostgres | undefined;
  const endings = watchEndings({ log, environment, leaveNothing: async (haste) => await embedded?.stop(haste) });
  let service: Service | undefined;
  let left: readonly string[] = [];
  try {
    if (config.databaseUrl === undefined) {
      embedded = await startEmbeddedPostgres({
        dataDirectory: config.dataDirectory,
        ...(environment['DATA_DIR'] ? {} : { fallbackDirectory: FALLBACK_DATA_DIRECTORY }),
        log,
        signal: endings.asked,
      });
    }
    service = await startPatiently(config, embedded?.url ?? (config.databaseUrl as string), log, endings.asked);
    log.info({ url: service.url }, 'service:ready');
    if (process.stdout.isTTY || service.firstKeys.admin !== undefined) {
      // What starts in the background has a moment to say so: the keys are not to be lost among it.
      await lines.quiet(QUIET_MILLISECONDS, CROWDED_MILLISECONDS);
    }
    announce(service);
    await untilAsked(endings);
    left = await service.stop();
  } catch (error) {
    if (!endings.asked.aborted) throw error;
    if (error !== endings.asked.reason) log.warn({ err: error }, 'service:start-called-off');
  } finally {
    if (embedded !== undefined) left = [...left, ...(await stopPostgres(embedded, service === undefined, log))];
    log.info({}, 'service:stopped');
    endings.release();
  }
  return left.length === 0;
}

async function stopPostgres(embedded: EmbeddedPostgres, isAborted: boolean, log: Logger): Promise<string[]> {
  try {
    await embedded.stop(isAborted ? 'soon' : 'gently');
    return [];
  } catch (error) {
    log.error({ err: error }, 'service:part-not-stopped');
    return ['embedded PostgreSQL'];
  }
}

/** Waits for a database that is just starting. */
async function startPatiently(config: Config, url: string, log: Logger, signal: AbortSignal): Promise<Service> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await startService(config, url, log, signal);
    } catch (error) {
      const away = asDatabaseAway(error);
      if (signal.aborted || !(away instanceof DatabaseAway)) throw error;
      if (isClosedToUs(error)) {
        throw new DatabaseAway(`PostgreSQL at DATABASE_URL lets nobody in: ${messageOf(away.cause)}`, { cause: error });
      }
      if (Date.now() > deadline) {
        throw new DatabaseAway(`no PostgreSQL answers at DATABASE_URL: ${messageOf(away.cause)}`, { cause: error });
      }
      log.warn({ err: away.cause }, 'service:waiting-for-database');
      await pauseUnlessAborted(RETRY_MILLISECONDS, signal);
    }
  }
}

function untilAsked({ asked }: Endings): Promise<void> {
  if (asked.aborted) return Promise.resolve();
  return new Promise((resolve) => asked.addEventListener('abort', () => resolve(), { once: true }));
}

/** For the person at the terminal. Keys go here alone: never into a log. */
function announce(service: Service): void {
  const { admin, detector } = service.firstKeys;
  const keys = [
    ...(admin === undefined ? [] : [`  export SNEWS_ADMIN_KEY=${admin}`]),
    ...(detector === undefined ? [] : [`  export SNEWS_DETECTOR_KEY=${detector}`]),
  ];
  const shown =
    keys.length === 0
      ? ''
      : `\nKeys were made for you. They are shown this once; paste them into the shell you work in:\n\n${keys.join('\n')}\n`;
  process.stdout.write(`\nSNEWS coincidence server: ${service.url}  (its API: ${service.url}/docs)\n${shown}\n`);
}

/** The port is taken, or not ours to take: the system's own words say which. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function inspect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
