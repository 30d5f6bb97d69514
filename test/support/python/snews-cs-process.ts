import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type SaslAccess, writeAuthentication } from './hop.js';

const run = promisify(execFile);
const FIND_PACKAGE =
  'import importlib.util; print(importlib.util.find_spec("snews_cs").submodule_search_locations[0], end="")';

export interface SnewsCsOptions {
  /** One that has snews_cs: pythonEnvironment('snews-cs'). */
  readonly python: string;
  /** What to run. It must end when its standard input does: so it outlives nobody who started it. */
  readonly script: URL;
  readonly environment?: Readonly<Record<string, string>>;
  readonly sasl?: SaslAccess;
}

/** A Python process that can import snews_cs, unmodified. */
export interface SnewsCsProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it wrote to standard error. */
  readonly errors: string;
  /** Ends it at once and removes all that it wrote. */
  stop(): Promise<void>;
}

export async function spawnSnewsCs({ python, script, environment, sasl }: SnewsCsOptions): Promise<SnewsCsProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'snews-test-cs-'));
  // It writes its database and its logs next to its package: so each process has a package of its own.
  const { stdout: installed } = await run(python, ['-c', FIND_PACKAGE]);
  await cp(installed, join(folder, 'snews_cs'), { recursive: true });
  if (sasl !== undefined) await writeAuthentication(folder, sasl);
  const child = spawn(python, [fileURLToPath(script)], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PYTHONPATH: folder,
      PYTHONUNBUFFERED: '1',
      PYTHONWARNINGS: 'ignore',
      ...environment,
    },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close');
  return {
    child,
    get errors() {
      return errors;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
