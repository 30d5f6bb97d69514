import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Finding, findingsOf, messageOf } from './finding.js';

/** As `engines` of package.json says. */
export function checkNode(version: string = process.versions.node): Finding {
  const { ok, error } = findingsOf('node');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isRight = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (isRight) return ok(`Node.js ${version}`);
  return error(`Node.js ${version} is not supported`, 'install Node.js 20.19, 22.12, 24 or newer');
}

const GIB = 1024 ** 3;
const LITTLE_SPACE = 2 * GIB;
const TOO_LITTLE_SPACE = GIB / 4;

/** Checks that the embedded database can be written to its configured folder, and has space. */
export async function checkDataDirectory(dataDirectory: string): Promise<Finding> {
  const { ok, warning, error } = findingsOf('data directory');
  const wanted = resolve(dataDirectory);
  const advice = 'set DATA_DIR to a folder that this user can write to, or DATABASE_URL to a PostgreSQL';
  try {
    const existing = await nearestFolder(wanted);
    // Permissions are not enough: root has all of them, and the file system can still be read-only.
    await rm(await mkdtemp(join(existing, '.snews-doctor-')), { recursive: true });
    const { bavail, bsize } = await statfs(existing);
    const free = `${((bavail * bsize) / GIB).toFixed(1)} GiB free`;
    if (bavail * bsize < TOO_LITTLE_SPACE)
      return error(`${wanted}: only ${free}`, 'free some space: PostgreSQL stops when there is none left');
    if (bavail * bsize < LITTLE_SPACE)
      return warning(`${wanted}: only ${free}`, 'free some space before it is used up');
    return ok(`${wanted} can be written to, ${free}`);
  } catch (failure) {
    return error(`${wanted} cannot be written to (${messageOf(failure)})`, advice);
  }
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(path) === path) throw error;
    return await nearestFolder(dirname(path));
  }
}
