import { chmod, lchown, lstat, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../domain/log.js';
import { EmbeddedPostgresError, unless } from './errors.js';
import { run, type SystemUser } from './run-program.js';

/** The folder of the server's data within the data directory. */
export function clusterFolder(dataDirectory: string): string {
  return join(dataDirectory, 'postgres');
}

/**
 * Makes the data directory if it does not exist, and ensures that the server's user can reach it.
 * @param fallbackDirectory used instead if that user can't; for a data directory that was not configured
 * @returns the real path of the directory to use
 */
export async function prepareDataDirectory(
  dataDirectory: string,
  fallbackDirectory: string | undefined,
  user: SystemUser | undefined,
  log: Log,
): Promise<string> {
  const made = await mkdir(dataDirectory, { recursive: true, mode: user === undefined ? 0o700 : 0o755 });
  // The umask may have taken away what the server's user needs.
  if (made !== undefined && user !== undefined) await chmod(dataDirectory, 0o755);
  const real = await realpath(dataDirectory);
  if (user === undefined || (await canEnter(real, user))) return real;
  const hasData = (await unless(stat(join(clusterFolder(real), 'PG_VERSION')), 'ENOENT', 'ENOTDIR')) !== undefined;
  // An empty database beside existing data would look like a loss.
  if (fallbackDirectory === undefined || hasData) throw unreachable(real, user, hasData);
  log.warn(
    { dataDirectory: real, fallbackDirectory, user: user.name },
    `PostgreSQL runs as ${user.name}, who can't reach ${real}: the data go to ${fallbackDirectory} instead ` +
      '(set DATA_DIR to choose the folder)',
  );
  return await prepareDataDirectory(fallbackDirectory, undefined, user, log);
}

async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { user })).code === 0;
}

function unreachable(folder: string, user: SystemUser, hasData: boolean): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The service runs as root and PostgreSQL as ${user.name}, who can't reach ${folder}: a folder above it, or itself, ` +
      `is closed to others. ${hasData ? 'Stop the service, move that folder, and set' : 'Set'} DATA_DIR to a folder ` +
      `that ${user.name} can reach, such as /var/lib/snews, or run the service as an ordinary user, or set DATABASE_URL.`,
  );
}

/**
 * Makes the server's user own the data, if another user does (the data were moved from another machine, or written while the
 * service ran as an ordinary user). The topmost folder comes last, so that an interrupted change is resumed.
 */
export async function giveTo(user: SystemUser | undefined, cluster: string, log: Log): Promise<void> {
  const { uid } = await lstat(cluster);
  const wanted = user?.uid ?? process.getuid?.();
  if (uid === wanted) return;
  if (user === undefined) {
    throw new EmbeddedPostgresError(
      `${cluster} belongs to the user with the number ${uid}: run the service as that user (as root, if root made it), ` +
        'or give it the folder (chown -R), or set DATA_DIR to another one.',
    );
  }
  log.info({ cluster, from: uid, to: user.uid }, `giving the data to the user ${user.name}`);
  for (const entry of await readdir(cluster, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), user.uid, user.gid);
  }
  await lchown(cluster, user.uid, user.gid);
}
