import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { missing } from '../missing.js';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
// The collaboration's programs want 3.11, their numpy is not built for 3.13.
const CANDIDATES = ['python3.11', 'python3.12', 'python3'];
const IS_SUITABLE = 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))';

/** What a Python can be had with: a file of requirements/ for each. */
export type PythonPackages = 'clients' | 'documents' | 'postgres' | 'schemathesis' | 'snews-cs';

/**
 * A Python with packages that tests need, installed the first time and kept below node_modules/.cache.
 *
 * @returns its executable; undefined, after a loud line, where there is no Python to make it with
 * @throws if the packages can't be installed, and where CI is set also if there is no Python
 */
export async function pythonEnvironment(packages: PythonPackages): Promise<string | undefined> {
  const requirements = fileURLToPath(new URL(`requirements/${packages}.txt`, import.meta.url));
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(CACHE, `snews-python-${version}`);
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (await exists(complete)) return python;
  const base = await suitablePython();
  if (base === undefined) {
    return missing(
      `Python for what stands in requirements/${packages}.txt`,
      'install Python 3.11 or 3.12 with its venv module (Debian: apt-get install python3 python3-venv)',
    );
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await run(base, ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--no-deps', '-r', requirements]);
  await writeFile(complete, '');
  return python;
}

async function suitablePython(): Promise<string | undefined> {
  for (const candidate of CANDIDATES) {
    const suits = await run(candidate, ['-c', IS_SUITABLE]).then(
      () => true,
      () => false,
    );
    if (suits) return candidate;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
