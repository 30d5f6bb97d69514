import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A user of the system. Where it is optional, undefined means the user of the service. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The environment of PostgreSQL's programs. They don't inherit that of the service: PGDATA, PGPORT or PGOPTIONS would change
 * what they do, a locale would translate the messages that are parsed here, and they must not get the secrets.
 */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`,
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Options of spawn to run as another user. Node drops the supplementary groups then. */
export function asUser(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

export interface RunOutcome {
  /** 0 means success; null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, in a session of its own, so that Ctrl-C in the service's terminal does not reach it.
 * @param options.signal kills the program when it is aborted
 * @throws an error of the operating system if the program can't be started (ENOENT, EACCES)
 */
export async function run(
  program: string,
  args: readonly string[],
  options: { user?: SystemUser | undefined; input?: string; signal?: AbortSignal | undefined } = {},
): Promise<RunOutcome> {
  const { signal } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd: '/',
    env: CLEAN_ENVIRONMENT,
    detached: true,
    stdio: 'pipe',
    ...asUser(options.user),
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // Kills its process group, with all processes that it started.
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal?.addEventListener('abort', end);
  // The write fails if the program ends without reading its input; its exit code tells more than that.
  child.stdin.once('error', () => undefined);
  child.stdin.end(options.input ?? '');
  try {
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    signal?.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
