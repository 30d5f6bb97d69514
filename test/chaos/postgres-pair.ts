import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findPackage, prepareBinaries } from '../../src/database/embedded/binaries.js';
import { bringUp } from '../../src/database/embedded/bring-up.js';
import { clusterFolder } from '../../src/database/embedded/data-directory.js';
import { initialiseCluster } from '../../src/database/embedded/database-cluster.js';
import { signal } from '../../src/database/embedded/processes.js';
import { run } from '../../src/database/embedded/run-program.js';
import { type ServerContext, type ServerProcess, spawnServer } from '../../src/database/embedded/server.js';
import { chooseServerUser } from '../../src/database/embedded/server-user.js';
import { DATABASE, ROLE } from '../../src/database/embedded/settings.js';
import { databaseUrl } from '../../src/database/embedded/url.js';
import { lastingPorts } from '../support/kafka/ports.js';
import { silentLog } from '../support/logs.js';

const PATIENCE_MILLISECONDS = 120_000;

interface Member {
  readonly context: ServerContext;
  server: ServerProcess;
}

/** A primary and a synchronous standby: a commit that was answered is on both. */
export class PostgresPair {
  private standby: Member | undefined;
  private made = 1;

  private constructor(
    private readonly folder: string,
    private readonly password: string,
    private primary: Member,
  ) {}

  static async start(): Promise<PostgresPair> {
    const folder = await mkdtemp(join(tmpdir(), 'snews-chaos-postgres-'));
    // As root, PostgreSQL runs as another user.
    await chmod(folder, 0o755);
    const context = await contextIn(join(folder, '1'));
    const password = await initialiseCluster(context);
    const server = await bringUp(context, undefined, new AbortController().signal);
    const pair = new PostgresPair(folder, password, { context, server });
    await pair.query(`CREATE DATABASE ${DATABASE}`, 'postgres');
    await pair.addStandby();
    return pair;
  }

  get primaryPort(): number {
    return this.primary.server.port;
  }

  get standbyPort(): number | undefined {
    return this.standby?.server.port;
  }

  /** Of the primary, or of a way to it. */
  url(port = this.primaryPort): string {
    return databaseUrl(port, this.password);
  }

  /** Asks the primary. */
  async query(statement: string, database: string = DATABASE): Promise<pg.QueryResult> {
    return await ask(databaseUrl(this.primaryPort, this.password, database), statement);
  }

  /** Makes a standby of the primary as it stands, and commits wait for it from then on. */
  async addStandby(): Promise<void> {
    const context = await contextIn(join(this.folder, String(++this.made)));
    const { cluster, user } = context;
    const client = new pg.Client({ connectionString: databaseUrl(this.primaryPort, this.password, 'postgres') });
    await client.connect();
    try {
      await client.query(`SELECT pg_backup_start('standby', true)`);
      await copyRunning(this.primary.context.cluster, cluster);
      const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
      await writeFile(join(cluster, 'backup_label'), rows[0].labelfile);
    } finally {
      await client.end();
    }
    await writeFile(join(cluster, 'standby.signal'), '');
    const source = `host=127.0.0.1 port=${this.primaryPort} user=${ROLE} password=${this.password} application_name=standby`;
    await writeFile(
      join(cluster, 'postgresql.auto.conf'),
      `primary_conninfo = '${source}'\nwal_retrieve_retry_interval = '500ms'\n`,
    );
    for (const file of ['backup_label', 'standby.signal', 'postgresql.auto.conf']) {
      if (user !== undefined) await run('chown', [`${user.uid}:${user.gid}`, join(cluster, file)]);
    }
    const server = await spawnServer(context, (await lastingPorts(1))[0] as number);
    this.standby = { context, server };
    await until(async () => {
      const { rows } = await this.query(`SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'`);
      return rows.length > 0;
    }, 'the standby does not stream');
    await this.configure(`synchronous_standby_names = 'standby'`);
  }

  /** Changes a setting of the running primary. */
  async configure(setting: string): Promise<void> {
    await this.query(`ALTER SYSTEM SET ${setting}`);
    await this.query('SELECT pg_reload_conf()');
  }

  /** The primary dies, and comes back after some milliseconds. */
  async crashPrimary(away: number): Promise<void> {
    const { server, context } = this.primary;
    signal(server.pid, 'SIGKILL');
    await server.exited;
    await pause(away);
    this.primary.server = await bringUp(context, server.port, new AbortController().signal);
  }

  /** The primary dies for good. */
  async losePrimary(): Promise<void> {
    signal(this.primary.server.pid, 'SIGKILL');
    await this.primary.server.exited;
  }

  /** The standby becomes the primary, alone until `addStandby`. */
  async promote(): Promise<void> {
    if (this.standby === undefined) throw new Error('there is no standby');
    const lost = this.primary;
    this.primary = this.standby;
    this.standby = undefined;
    await this.query('SELECT pg_promote(true, 60)', 'postgres');
    await this.configure(`synchronous_standby_names = ''`);
    await rm(lost.context.dataDirectory, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    // A primary would wait for what its standby has not confirmed.
    await this.primary.server.stop();
    await this.standby?.server.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 40, retryDelay: 50 });
  }
}

async function contextIn(dataDirectory: string): Promise<ServerContext> {
  await mkdir(dataDirectory, { mode: 0o755 });
  const user = await chooseServerUser(silentLog);
  const binaries = await prepareBinaries(await findPackage(), dataDirectory, user, silentLog);
  return { dataDirectory, cluster: clusterFolder(dataDirectory), binaries, user, log: silentLog };
}

/** The files of a running server whose backup mode is on; what vanishes meanwhile is in the log that follows. */
async function copyRunning(from: string, to: string): Promise<void> {
  const { stderr } = await run('cp', ['-a', from, to]);
  const failures = stderr.split('\n').filter((line) => line !== '' && !/No such file or directory/.test(line));
  if (failures.length > 0) throw new Error(failures.join('\n'));
  for (const gone of ['postmaster.pid', 'postmaster.opts', 'backup_label', 'standby.signal']) {
    await rm(join(to, gone), { force: true });
  }
  // The log comes from the primary.
  for (const name of await readdir(join(to, 'pg_wal'))) {
    if (/^[0-9A-F]{24}/.test(name)) await rm(join(to, 'pg_wal', name));
  }
}

async function ask(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // The server may be killed meanwhile; the query fails then.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function until(isTrue: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`${otherwise} after ${PATIENCE_MILLISECONDS / 1000} s`);
    await pause(50);
  }
}
