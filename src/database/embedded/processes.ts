import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../domain/log.js';
import { EmbeddedPostgresError, hasCode, unless } from './errors.js';
import { run } from './run-program.js';

/** The content of the server's postmaster.pid. */
export interface PidFile {
  readonly pid: number;
  readonly port: number | undefined;
  readonly ready: boolean;
}

export function pidFilePath(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** Reads postmaster.pid. Its lines: pid, data folder, start time, port, socket folder, address, shared memory, status. */
export async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const content = await unless(readFile(pidFilePath(cluster), 'utf8'), 'ENOENT', 'ENOTDIR');
  if (content === undefined) return undefined;
  const lines = content.split('\n');
  // A negative number is a single-user backend's.
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!Number.isSafeInteger(pid) || pid === 0) return undefined;
  return { pid, port: Number.isSafeInteger(port) ? port : undefined, ready: lines[7]?.trim() === 'ready' };
}

/** True if there is a process with this id, of any user (a zombie counts too). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    if (hasCode(error, 'EPERM')) return true;
    throw error;
  }
}

/** The arguments of a process; empty if it has ended or is a zombie. Outside Linux they are one string. */
async function commandLine(pid: number): Promise<readonly string[]> {
  if (process.platform === 'linux') {
    const content = await unless(readFile(`/proc/${pid}/cmdline`, 'utf8'), 'ENOENT', 'ESRCH');
    return content === undefined || content === '' ? [] : content.split('\0');
  }
  const { code, stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return code === 0 ? [stdout.trim()] : [];
}

/**
 * True if the process is a PostgreSQL server of this data folder. The id in an old pid file may belong to another process by
 * now, which must not get a signal.
 */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const [program, ...args] = await commandLine(pid);
  if (program === undefined) return false;
  if (process.platform !== 'linux') return /(^|\/)postgres -D /.test(program) && program.includes(`-D ${cluster} `);
  if (basename(program) !== 'postgres') return false;
  if (args[args.indexOf('-D') + 1] === cluster) return true;
  // The folder may have another name (a bind mount, or it was moved); the server's working directory is in it.
  const [working, data] = await Promise.all([
    unless(stat(`/proc/${pid}/cwd`), 'ENOENT', 'ESRCH', 'EACCES', 'EPERM'),
    unless(stat(cluster), 'ENOENT'),
  ]);
  return working !== undefined && data !== undefined && working.dev === data.dev && working.ino === data.ino;
}

/** The processes with a cluster's name in their titles, which may outlive a server that was killed. Linux only. */
export async function backendsOf(clusterName: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const titles = await Promise.all(pids.map(commandLine));
  return pids.filter((_, i) => titles[i]?.[0]?.startsWith(`postgres: ${clusterName}: `));
}

/** Sends a signal. It is no error if the process has ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Fast shutdown (clients are disconnected, a last checkpoint), shutdown without checkpoint, kill. */
const ESCALATION: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGKILL'];

/** The first signal to the server, and the milliseconds after which the next one is sent. */
const HASTE = {
  gently: { first: 'SIGINT', patience: 10_000 },
  /** For a start that was aborted. */
  soon: { first: 'SIGINT', patience: 700 },
  'at once': { first: 'SIGQUIT', patience: 1_500 },
} as const;
export type Haste = keyof typeof HASTE;

/**
 * Stops a server as gently as possible. Acknowledged data are safe in any case: after the harder signals, the next start
 * does crash recovery.
 * @param isRunning called before each signal, so that no other process gets it
 * @param aborted ends the wait, but not the stop of the server
 */
export async function terminate(
  pid: number,
  isRunning: () => boolean | Promise<boolean>,
  log: Log,
  haste: Haste = 'gently',
  aborted?: AbortSignal,
): Promise<void> {
  const { first, patience } = HASTE[haste];
  for (const name of ESCALATION.slice(ESCALATION.indexOf(first))) {
    if (!(await isRunning())) return;
    if (name !== first) log.warn({ postgresPid: pid, signal: name }, 'PostgreSQL does not stop, insisting');
    signal(pid, name);
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (!(await isRunning())) return;
      aborted?.throwIfAborted();
      await pause(25);
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL (process ${pid}) can't be stopped, not even by SIGKILL: its disk may hang. Look for errors of the disk ` +
      'in the log of the system (dmesg), restart the machine if need be.',
  );
}
