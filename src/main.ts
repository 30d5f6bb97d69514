import type { Logger } from 'pino';
import { type App, startApp } from './app.js';
import { CacheMismatch } from './cache/found.js';
import { type Config, ConfigError, readConfig } from './config.js';
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from './database/embedded/index.js';
import { asDatabaseAway } from './database/pool.js';
import { DatabaseInUse } from './database/replica-lock.js';
import { UnsafeDatabase } from './database/safety.js';
import { DatabaseAway } from './domain/database-away.js';
import { createLog } from './log.js';

/** Where the embedded database goes if PostgreSQL's user can't reach the default folder (root's home, say). */
export const FALLBACK_DATA_DIRECTORY = '/var/lib/snews';

/** A stop that takes longer than this is cut off; whatever was acknowledged is in the database. */
const STOP_MILLISECONDS = 30_000;
/** How long a start waits for a database that isn't there yet, as when all services start together. */
const PATIENCE_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS = 1_000;

/** Set-ups that somebody has to change: the message says how, a stack trace would only hide it. */
const SETUP_ERRORS = [ConfigError, CacheMismatch, DatabaseInUse, UnsafeDatabase, EmbeddedPostgresError, DatabaseAway];

/**
 * Runs the service until SIGINT or SIGTERM; then stops it gracefully and ends the process.
 * @param environment the configuration, see `readConfig`
 */
export async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await runUntilStopped(readConfig(environment), !environment['DATA_DIR']);
    process.exitCode = 0;
  } catch (error) {
    const isSetup = SETUP_ERRORS.some((known) => error instanceof known) || isTaken(error);
    process.stderr.write(`${isSetup ? (error as Error).message : inspect(error)}\n`);
    process.exitCode = 1;
  }
}

async function runUntilStopped(config: Config, defaultDirectory: boolean): Promise<void> {
  const log = createLog(config.logLevel);
  const stop = new AbortController();
  const stopped = untilSignal(stop, log);
  let embedded: EmbeddedPostgres | undefined;
  let app: App | undefined;
  try {
    if (config.databaseUrl === undefined) {
      embedded = await startEmbeddedPostgres({
        dataDirectory: config.dataDirectory,
        ...(defaultDirectory ? { fallbackDirectory: FALLBACK_DATA_DIRECTORY } : {}),
        log,
        signal: stop.signal,
      });
    }
    app = await startPatiently(config, embedded?.url ?? (config.databaseUrl as string), log, stop.signal);
    announce(app);
    log.info({ url: app.url }, 'service:ready');
    await stopped;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    const cutOff = setTimeout(() => {
      log.error({ after: STOP_MILLISECONDS }, 'service:stop-cut-off');
      process.exit(1);
    }, STOP_MILLISECONDS);
    await app?.stop();
    await embedded?.stop();
    clearTimeout(cutOff);
    log.info({}, 'service:stopped');
  }
}

/** Waits for a database that is just starting. */
async function startPatiently(config: Config, url: string, log: Logger, signal: AbortSignal): Promise<App> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await startApp(config, url, log);
    } catch (error) {
      const away = asDatabaseAway(error);
      if (!(away instanceof DatabaseAway)) throw error;
      if (signal.aborted || Date.now() > deadline) {
        throw new DatabaseAway(`no PostgreSQL answers at DATABASE_URL: ${messageOf(away.cause)}`, { cause: error });
      }
      log.warn({ err: away.cause }, 'service:waiting-for-database');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

function untilSignal(stop: AbortController, log: Logger): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        log.info({ signal, again: stop.signal.aborted }, 'service:stopping');
        stop.abort();
        resolve();
      });
    }
  });
}

/** For the person at the terminal. Keys go here alone: never into a log. */
function announce(app: App): void {
  const { admin, detector } = app.firstKeys;
  const keys = [
    ...(admin === undefined ? [] : [`  export SNEWS_ADMIN_KEY=${admin}`]),
    ...(detector === undefined ? [] : [`  export SNEWS_DETECTOR_KEY=${detector}`]),
  ];
  const shown =
    keys.length === 0
      ? ''
      : `\nKeys were made for you. They are shown this once; paste them into the shell you work in:\n\n${keys.join('\n')}\n`;
  process.stdout.write(`\nSNEWS coincidence server: ${app.url}  (its API: ${app.url}/docs)\n${shown}\n`);
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
