import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseServerUser } from '../../src/database/embedded/server-user.js';
import { until } from './embedded-harness.js';
import { silentLog } from './logs.js';
import { missing } from './missing.js';
import { freePort } from './service-process.js';

const PROGRAM = 'pgbouncer';

function isInstalled(): boolean {
  try {
    execFileSync(PROGRAM, ['--version'], { env: { PATH: `${process.env.PATH}:/usr/sbin` } });
    return true;
  } catch {
    return false;
  }
}

/** False, loudly, where it is not installed. */
export const hasPgBouncer = isInstalled() || missing('PgBouncer', 'install the package pgbouncer') !== undefined;

export interface Pooler {
  /** A database through it. */
  through(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** A PgBouncer in front of a PostgreSQL, with settings like `pool_mode=transaction`. */
export async function startPgBouncer(postgresUrl: string, ...settings: readonly string[]): Promise<Pooler> {
  const postgres = new URL(postgresUrl);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'snews-pgbouncer-'));
  await chmod(folder, 0o755);
  const file = join(folder, 'pgbouncer.ini');
  const lines = [
    '[databases]',
    `* = host=${postgres.hostname} port=${postgres.port} user=${postgres.username} password=${postgres.password}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    ...settings,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  // It refuses to run as root, as PostgreSQL does.
  const user = await chooseServerUser(silentLog);
  const child: ChildProcess = spawn(PROGRAM, [file], {
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  await until(() => said.includes('process up') || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`PgBouncer did not start: ${said}`);
  return {
    through(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = String(port);
      return url.href;
    },
    async stop() {
      child.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
