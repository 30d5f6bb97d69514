import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../domain/log.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './errors.js';
import { forwardPostgresLog } from './log.js';
import { type Haste, readPidFile, signal as send, terminate } from './processes.js';
import { asUser, CLEAN_ENVIRONMENT, type SystemUser } from './run-program.js';
import { serverArguments } from './settings.js';

export interface ServerContext {
  readonly dataDirectory: string;
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly user: SystemUser | undefined;
  readonly log: Log;
}

/** One process of PostgreSQL's server, from its start to its end. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Resolves when it has ended, to "exit code 1" or "SIGKILL", for example. */
  readonly exited: Promise<string>;
  isRunning(): boolean;
  /** The last lines of its log. */
  lastLines(): readonly string[];
  /** Stops it as gently as the haste permits; does nothing if it has ended. */
  stop(haste?: Haste): Promise<void>;
}

/** How many lines of its log are kept to explain why it ended. */
const KEPT_LINES = 40;

/**
 * Starts the server's process in a session of its own: Ctrl-C in a terminal goes to the whole process group, and must not
 * end PostgreSQL before the service has finished its work.
 */
export async function spawnServer(context: ServerContext, port: number): Promise<ServerProcess> {
  const { binaries, cluster, user, log } = context;
  const child = spawn(binaries.postgres, serverArguments(cluster, port), {
    cwd: '/',
    env: CLEAN_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...asUser(user),
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const lines: string[] = [];
  const forward = forwardPostgresLog(log);
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    forward(line);
  });
  // Rejects if the program can't be started at all.
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new EmbeddedPostgresError('PostgreSQL was started but has no process id.');
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  // The server stops when this process ends for any reason but SIGKILL.
  const stopWithUs = () => isRunning() && send(pid, 'SIGINT');
  process.on('exit', stopWithUs);
  void ended.then(() => process.off('exit', stopWithUs));
  return {
    pid,
    port,
    // Waits for its last lines, but not for long: orphans of a killed server keep the pipe open.
    exited: ended.then(async (how) => {
      await Promise.race([closed, pause(300, undefined, { ref: false })]);
      return how;
    }),
    isRunning,
    lastLines: () => lines,
    stop: async (haste) => await terminate(pid, isRunning, log, haste),
  };
}

/** How long crash recovery may take. */
const READY_TIMEOUT_MS = 5 * 60_000;
const PROGRESS_INTERVAL_MS = 5_000;

/**
 * Waits until the server accepts connections, which it tells in its pid file; before that it may do crash recovery.
 * @returns false if it ended instead
 * @throws EmbeddedPostgresError after five minutes, or when `signal` is aborted; the server is stopped before that
 */
export async function waitUntilReady(
  server: ServerProcess,
  { cluster, dataDirectory, log }: ServerContext,
  signal: AbortSignal,
): Promise<boolean> {
  const started = Date.now();
  let nextReport = started + PROGRESS_INTERVAL_MS;
  let recovering = false;
  while (server.isRunning()) {
    const file = await readPidFile(cluster);
    if (file?.pid === server.pid && file.ready) return true;
    if (!recovering && server.lastLines().some((line) => line.includes('automatic recovery in progress'))) {
      recovering = true;
      log.warn({ postgresPid: server.pid }, 'the database was not shut down properly: crash recovery is under way');
    }
    const now = Date.now();
    if (signal.aborted || now - started > READY_TIMEOUT_MS) {
      await server.stop(signal.aborted ? 'soon' : 'gently');
      throw new EmbeddedPostgresError(
        signal.aborted
          ? 'The start of PostgreSQL was aborted.'
          : `PostgreSQL was not ready after ${READY_TIMEOUT_MS / 60_000} minutes: its log above says what it was doing. ` +
              `Start again (recovery goes on where it was), or look whether the disk of ${dataDirectory} is slow or full.`,
      );
    }
    if (now >= nextReport) {
      nextReport = now + PROGRESS_INTERVAL_MS;
      const seconds = Math.round((now - started) / 1000);
      log.info(
        { postgresPid: server.pid, seconds, recovering },
        `waiting for PostgreSQL to be ready, for ${seconds} s`,
      );
    }
    await pause(20);
  }
  await server.exited;
  return false;
}
