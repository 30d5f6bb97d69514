import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A user of the system; undefined where one is optional means: whoever runs the service. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The environment of PostgreSQL's programs. Nothing of the service's own is handed down: PGDATA, PGPORT or PGOPTIONS
 * would change what they do, a locale the language of the messages we read, and secrets have no business there.
 */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`,
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** As another user, without our supplementary groups (Node drops them), if one is given. */
export function asUser(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

export interface RunOutcome {
  /** 0 is success; null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. In a session of its own, so that Ctrl-C in the service's terminal doesn't reach it.
 * @param options.signal kills it
 * @throws the operating system's error if it can't be started at all (ENOENT, EACCES)
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
  // With all that it started: the group is its own.
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal?.addEventListener('abort', end);
  // A program that ends without reading its input makes the write fail: its exit code tells more than that.
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
