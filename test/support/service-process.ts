import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedDatabaseUrl } from '../../src/database/embedded/index.js';
import { backendsOf, isServerOf, readPidFile, signal } from '../../src/database/embedded/processes.js';
import { clusterName } from '../../src/database/embedded/settings.js';
import { until } from './embedded-harness.js';
import { forAllTests, forEachTest } from './for-tests.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = import.meta.resolve('tsx');
export const ADMIN_KEY = 'admin-key-of-the-tests-0123456789abcdef';

/** What a test's service needs to be quick, and reachable only from here. */
const ENVIRONMENT = {
  HOST: '127.0.0.1',
  PORT: '0',
  ADMIN_API_KEY: ADMIN_KEY,
  DETECTOR_QUOTA: '0',
  RATE_LIMIT: '0',
  STREAMS_PER_ADDRESS: '0',
  STREAMS_PER_KEY: '0',
};

/** The program as `npm run build` made it for `npm start`. */
export const BUILT = [join(ROOT, 'dist/cli/main.js')];
/** As it is written: nobody waits for a build to try one test. `npm test` has built, and what is built starts sooner. */
export const PROGRAM =
  process.env['npm_lifecycle_event'] === 'test' ? BUILT : ['--import', TSX, join(ROOT, 'src/cli/main.ts')];

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The service as a process of its own, as `snews serve` starts it. */
export class ServiceProcess {
  readonly ended: Promise<Ending>;
  /** The same, though its output may not have been read. */
  readonly exited: Promise<Ending>;
  private written = '';
  private complained = '';

  constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.written += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complained += text;
    });
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    // All it wrote is there.
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the service did not start');
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Standard output: what it announced, and its log. */
  get output(): string {
    return this.written;
  }

  /** Standard error: why it could not start. */
  get complaint(): string {
    return this.complained;
  }

  get url(): string {
    const url = /^SNEWS coincidence server: (\S+)/m.exec(this.written)?.[1];
    if (url === undefined) throw new Error(`the service announced no URL: ${this.written}${this.complained}`);
    return url;
  }

  /** Waits until it has announced itself, or ended. */
  async started(): Promise<this> {
    await until(() => /^SNEWS coincidence server: .*\n/m.test(this.written) || !this.isRunning, 60);
    if (!this.isRunning) throw new Error(`the service ended: ${this.written}${this.complained}`);
    return this;
  }

  /** Closes its output, as a reader that goes away does. */
  abandon(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Leaves its output unread, as a reader that hangs does. */
  ignore(): void {
    this.child.stdout?.pause();
    this.child.stderr?.pause();
  }

  /** What Node or a library warned of: nothing that happens to a service may make them. */
  get warnings(): readonly string[] {
    return this.complained.match(/^\(node:\d+\).*(\n +at .*)*/gm) ?? [];
  }

  send(name: NodeJS.Signals): void {
    if (this.isRunning) this.child.kill(name);
  }
}

/** A data directory in a folder of its own, with the services that run on it; `cleanUp` ends and removes all. */
export class Site {
  private readonly services: ServiceProcess[] = [];
  private constructor(private readonly folder: string) {}

  static async make(): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'snews-e2e-'));
    // As root, PostgreSQL runs as another user.
    await chmod(folder, 0o755);
    return new Site(folder);
  }

  get dataDirectory(): string {
    return join(this.folder, 'data');
  }

  get cluster(): string {
    return join(this.dataDirectory, 'postgres');
  }

  /** Starts a service; by default on the embedded PostgreSQL of this site. undefined takes a variable away. */
  spawn(environment: Record<string, string | undefined> = {}, program: readonly string[] = PROGRAM): ServiceProcess {
    const child = spawn(process.execPath, ['--trace-warnings', ...program, 'serve'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...ENVIRONMENT, DATA_DIR: this.dataDirectory, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child);
    this.services.push(service);
    return service;
  }

  /** Starts a service and waits until it is ready. */
  async start(environment: Record<string, string | undefined> = {}, program = PROGRAM): Promise<ServiceProcess> {
    return await this.spawn(environment, program).started();
  }

  /** Of the embedded PostgreSQL, while it runs. */
  async databaseUrl(): Promise<string> {
    const url = await embeddedDatabaseUrl(this.dataDirectory);
    if (url === undefined) throw new Error('the embedded PostgreSQL does not run');
    return url;
  }

  /** The embedded PostgreSQL's process; undefined if it doesn't run. */
  async postgresPid(): Promise<number | undefined> {
    const pid = (await readPidFile(this.cluster))?.pid;
    return pid !== undefined && (await isServerOf(pid, this.cluster)) ? pid : undefined;
  }

  /** The processes of the embedded PostgreSQL that work for its server. */
  postgresWorkers(): Promise<readonly number[]> {
    return backendsOf(clusterName(this.cluster));
  }

  async cleanUp(): Promise<void> {
    for (const service of this.services) service.send('SIGKILL');
    await Promise.all(this.services.map(({ exited }) => exited));
    const pid = await this.postgresPid();
    if (pid !== undefined) {
      signal(pid, 'SIGCONT');
      signal(pid, 'SIGQUIT');
    }
    await until(async () => (await this.postgresPid()) === undefined && (await this.postgresWorkers()).length === 0);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 40, retryDelay: 50 });
    const warnings = this.services.flatMap((service) => service.warnings);
    if (warnings.length > 0) throw new Error(`a service was warned:\n${warnings.join('\n')}`);
  }
}

/** A port that was free a moment ago, for a service that comes back under the same address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export function siteForEachTest(): Site {
  return forEachTest(Site.make, (site) => site.cleanUp());
}

export function siteForAllTests(): Site {
  return forAllTests(Site.make, (site) => site.cleanUp());
}

/** A service over a database, for all tests of a file. */
export function serviceForAllTests(
  database: { readonly url: string },
  environment: Record<string, string> = {},
): ServiceProcess {
  const site = siteForAllTests();
  return forAllTests(
    () => site.start({ DATABASE_URL: database.url, ...environment }),
    () => undefined,
  );
}
