import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../domain/log.js';
import type { Binaries } from './binaries.js';
import { clusterFolder } from './data-directory.js';
import { EmbeddedPostgresError, explainFailure, unless } from './errors.js';
import { newPassword, readPassword, storePassword, syncFolder } from './password.js';
import { run, type SystemUser } from './run-program.js';
import { ROLE } from './settings.js';

const UNFINISHED_PREFIX = 'postgres-initialising-';

export interface ClusterContext {
  /** Aborts the start. */
  readonly signal?: AbortSignal | undefined;
  readonly dataDirectory: string;
  readonly binaries: Binaries;
  readonly user: SystemUser | undefined;
  readonly log: Log;
}

/**
 * True if the folder holds data of the right version of PostgreSQL, false if it is empty or missing.
 * @throws EmbeddedPostgresError if the folder holds anything else
 */
export async function clusterExists(dataDirectory: string, major: string): Promise<boolean> {
  const cluster = clusterFolder(dataDirectory);
  const entries = await unless(readdir(cluster), 'ENOENT');
  if (entries === undefined || entries.length === 0) return false;
  const version = (await unless(readFile(join(cluster, 'PG_VERSION'), 'utf8'), 'ENOENT'))?.trim();
  if (version === undefined) {
    throw new EmbeddedPostgresError(
      `${cluster} holds files, but no data of PostgreSQL: move it away, or set DATA_DIR.`,
    );
  }
  if (version === major) return true;
  throw new EmbeddedPostgresError(
    `${cluster} was written by PostgreSQL ${version}, and this release of the service brings PostgreSQL ${major}; ` +
      'nothing was changed. Start the release that wrote it and dump the database (pg_dump), then move the folder away ' +
      'and restore the dump with this release; or set DATABASE_URL to a server of the old version.',
  );
}

/**
 * Makes the data folder. initdb works in a folder beside it, which is renamed when everything is on the disk, so that a kill
 * at any moment leaves either nothing or everything.
 * @returns the password of the role the service connects as
 */
export async function initialiseCluster({
  dataDirectory,
  binaries,
  user,
  log,
  signal,
}: ClusterContext): Promise<string> {
  await removeUnfinished(dataDirectory);
  const password = (await readPassword(dataDirectory)) ?? newPassword();
  await storePassword(dataDirectory, password);
  const started = Date.now();
  log.info({ dataDirectory, user: user?.name }, 'first start: making the database');
  const unfinished = join(dataDirectory, `${UNFINISHED_PREFIX}${randomUUID()}`);
  await mkdir(unfinished, { mode: 0o700 });
  const passwordCopy = join(unfinished, 'password');
  await writeFile(passwordCopy, password, { mode: 0o600 });
  if (user !== undefined) {
    await chown(passwordCopy, user.uid, user.gid);
    await chown(unfinished, user.uid, user.gid);
  }
  const made = join(unfinished, 'cluster');
  const initdb = await run(
    binaries.initdb,
    [
      ['--pgdata', made],
      ['--username', ROLE],
      ['--pwfile', passwordCopy],
      ['--auth', 'scram-sha-256'],
      ['--encoding', 'UTF8'],
      // Sorted by code point, the same on every system, so that an update of the C library can't corrupt an index.
      ['--locale', 'C'],
      ['--locale-provider', 'builtin'],
      ['--builtin-locale', 'C.UTF-8'],
      ['--no-instructions'],
    ].flat(),
    { user, signal },
  );
  if (initdb.code !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    const said = `${initdb.stdout}\n${initdb.stderr}`.split('\n').filter((line) => line.trim() !== '');
    throw explainFailure('The database could not be made', said, dataDirectory);
  }
  await rename(made, clusterFolder(dataDirectory));
  await syncFolder(dataDirectory);
  await rm(unfinished, { recursive: true, force: true });
  log.info({ milliseconds: Date.now() - started }, 'the database is made');
  return password;
}

/** Removes what an interrupted first start left behind. Its initdb may still be running and adding files. */
async function removeUnfinished(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (!name.startsWith(UNFINISHED_PREFIX)) continue;
    await rm(join(dataDirectory, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** The stored password. If its file was lost, a new password is set in single-user mode, which needs access to the files. */
export async function ensurePassword({ dataDirectory, binaries, user, log }: ClusterContext): Promise<string> {
  const stored = await readPassword(dataDirectory);
  if (stored !== undefined) return stored;
  log.warn({ dataDirectory }, 'the password file of PostgreSQL is missing: setting a new password');
  const password = newPassword();
  const outcome = await run(binaries.postgres, ['--single', '-D', clusterFolder(dataDirectory), 'postgres'], {
    user,
    input: `ALTER ROLE ${ROLE} PASSWORD '${password}'\n`,
  });
  if (outcome.code !== 0 || /ERROR|FATAL|PANIC/.test(outcome.stderr)) {
    throw explainFailure('A new password could not be set', outcome.stderr.split('\n'), dataDirectory);
  }
  await storePassword(dataDirectory, password);
  return password;
}
