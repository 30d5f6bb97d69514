import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { backendsOf, isServerOf, readPidFile, signal } from '../../src/database/embedded/processes.js';
import { clusterName } from '../../src/database/embedded/settings.js';
import { forEachTest } from './for-tests.js';

const SCRIPT = fileURLToPath(new URL('embedded-service.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

interface ServiceEvent {
  readonly event: 'ready' | 'worked' | 'stopped' | 'failed';
  readonly url: string;
  readonly postgresPid: number;
  readonly dataDirectory: string;
  readonly name: string;
  readonly message: string;
}

/** A running embedded-service.ts. */
export interface ServiceProcess {
  readonly pid: number;
  /** The next thing it tells; it must be that event. */
  expect(event: ServiceEvent['event']): Promise<ServiceEvent>;
  signal(name: NodeJS.Signals): void;
  signalGroup(name: NodeJS.Signals): void;
  /** Waits until the process has ended; gives what it logged. */
  ended(): Promise<string>;
}

/** A place for one test, with the services it starts; all is ended and removed by `cleanUp`. */
export class Sandbox {
  readonly #children: ChildProcess[] = [];
  readonly #directories: string[] = [];
  private constructor(readonly folder: string) {}

  static async make(): Promise<Sandbox> {
    const folder = await mkdtemp(join(tmpdir(), 'snews-test-embedded-'));
    // As root, PostgreSQL runs as another user.
    await chmod(folder, 0o755);
    return new Sandbox(folder);
  }

  directory(...names: readonly string[]): string {
    const directory = join(this.folder, ...names);
    this.#directories.push(directory);
    return directory;
  }

  /** Starts a program, in a process group of its own, that ends with the sandbox. */
  spawn(program: string, args: readonly string[], owner?: { uid: number; gid: number }): ChildProcess {
    const child = spawn(program, args, { cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...owner });
    this.#children.push(child);
    return child;
  }

  service(directories: readonly string[], owner?: { uid: number; gid: number }): ServiceProcess {
    const child = this.spawn(process.execPath, ['--import', TSX, SCRIPT, ...directories], owner);
    const { pid, stdout, stderr } = child;
    if (pid === undefined || stdout === null || stderr === null) throw new Error('the service did not start');
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const logged = text(stderr);
    const events = createInterface({ input: stdout })[Symbol.asyncIterator]();
    return {
      pid,
      expect: async (wanted) => {
        const { value, done } = await events.next();
        if (done) throw new Error(`the service ended: ${await logged}`);
        const event = JSON.parse(value) as ServiceEvent;
        if (event.event !== wanted) throw new Error(`expected ${wanted}, got ${value}`);
        return event;
      },
      signal: (name) => signal(pid, name),
      signalGroup: (name) => signal(-pid, name),
      ended: async () => {
        await exit;
        return await logged;
      },
    };
  }

  async cleanUp(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    for (const directory of this.#directories) {
      const cluster = join(directory, 'postgres');
      const pid = (await readPidFile(cluster))?.pid;
      if (pid !== undefined && (await isServerOf(pid, cluster))) signal(pid, 'SIGQUIT');
      await until(async () => (await backendsOf(clusterName(cluster))).length === 0);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 40, retryDelay: 50 });
  }
}

export function sandboxForEachTest(): Sandbox {
  return forEachTest(Sandbox.make, (sandbox) => sandbox.cleanUp());
}

/** Waits for something to become true. */
export async function until(isTrue: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${isTrue}`);
    await pause(20);
  }
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  // The server may be killed meanwhile; the query fails then.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
