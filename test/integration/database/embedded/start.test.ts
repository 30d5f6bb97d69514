import { chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { unless } from '../../../../src/database/embedded/errors.js';
import { embeddedDatabaseUrl, startEmbeddedPostgres } from '../../../../src/database/embedded/index.js';
import { isAlive, isServerOf, readPidFile } from '../../../../src/database/embedded/processes.js';
import { query, sandboxForEachTest, until } from '../../../support/embedded-harness.js';
import { captureLog, silentLog } from '../../../support/logs.js';

let data: string;
let cluster: string;

const sandbox = sandboxForEachTest();
beforeEach(async () => {
  data = sandbox.directory('data');
  cluster = join(data, 'postgres');
});

describe('start and stop', () => {
  it('makes a durable UTF-8 database that only this machine can reach, by password', async () => {
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    const { rows } = await query(
      postgres.url,
      `SELECT current_database() AS database, version() AS version, current_setting('timezone') AS timezone,
         current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes') AS durable,
         current_setting('listen_addresses') AS address, datlocprovider AS provider, datlocale AS locale,
         pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()`,
    );
    expect(rows[0]).toMatchObject({
      database: 'snews',
      version: expect.stringMatching(/^PostgreSQL 18\./),
      timezone: 'UTC',
      durable: 'ononon',
      address: '127.0.0.1',
      provider: 'b',
      locale: 'C.UTF-8',
      encoding: 'UTF8',
    });
    expect((await stat(join(data, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(cluster)).mode & 0o777).toBe(0o700);
    const wrong = new URL(postgres.url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await postgres.stop();
  });

  it('keeps the data over a restart, and tells commands its address while it runs', async () => {
    expect(await embeddedDatabaseUrl(data)).toBeUndefined();
    const first = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    expect(await embeddedDatabaseUrl(data)).toBe(first.url);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await embeddedDatabaseUrl(data)).toBeUndefined();

    const second = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    expect((await query(second.url, 'SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
    await second.stop();
    expect((await readdir(data)).sort()).toEqual(['postgres', 'postgres.password']);
  });

  it('refuses a second service on the same data, which leaves the first alone', async () => {
    const first = sandbox.service([data]);
    const { url } = await first.expect('ready');
    const failed = await sandbox.service([data]).expect('failed');
    expect(failed.name).toBe('EmbeddedPostgresError');
    expect(failed.message).toContain(`(process ${first.pid}) already uses the data directory ${data}`);
    await query(url, 'SELECT 1');
    first.signal('SIGTERM');
    await first.expect('stopped');
  });

  it('lets one of many services win that start at once', async () => {
    const starts = await Promise.allSettled(
      Array.from({ length: 5 }, async () => await startEmbeddedPostgres({ dataDirectory: data, log: silentLog })),
    );
    const winners = starts.filter((start) => start.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await Promise.all(winners.map(async (start) => await start.value.stop()));
  });

  it('stays up on Ctrl-C, which goes to the whole process group, until the service has finished its work', async () => {
    const service = sandbox.service([data]);
    const { postgresPid } = await service.expect('ready');
    service.signalGroup('SIGINT');
    await service.expect('worked');
    await service.expect('stopped');
    expect(await service.ended()).not.toContain('PostgreSQL died');
    expect(isAlive(postgresPid)).toBe(false);
  });

  it.each([0, 100, 400, 1_000])('can be aborted after %i ms, and leaves nothing that runs', async (moment) => {
    const start = new AbortController();
    setTimeout(() => start.abort(new Error('aborted')), moment);
    const starting = startEmbeddedPostgres({ dataDirectory: data, log: silentLog, signal: start.signal });
    const outcome = await starting.catch((error: Error) => error);
    if (outcome instanceof Error) expect(outcome.message).toMatch('aborted');
    else await outcome.stop();
    expect((await unless(readdir(data), 'ENOENT')) ?? []).not.toContain('service.lock');
    expect(await readPidFile(cluster)).toBeUndefined();
    const again = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await query(again.url, 'SELECT 1');
    await again.stop();
    expect((await readdir(data)).sort()).toEqual(['postgres', 'postgres.password']);
  });
});

describe('after a kill -9', () => {
  it('of the service: stops the server it left, and starts on the same data', async () => {
    const killed = sandbox.service([data]);
    const before = await killed.expect('ready');
    await query(before.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    killed.signal('SIGKILL');
    await killed.ended();
    // Nothing ends it: it is there after a while, too.
    await pause(200);
    expect(await isServerOf(before.postgresPid, cluster)).toBe(true);

    const service = sandbox.service([data]);
    const after = await service.expect('ready');
    expect(await isServerOf(before.postgresPid, cluster)).toBe(false);
    expect((await query(after.url, 'SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
    service.signal('SIGTERM');
    await service.expect('stopped');
    const log = await service.ended();
    expect(log).toContain('a PostgreSQL of a service that was killed still runs');
    expect(log).not.toContain('crash recovery');
  });

  it('of service and server: recovers what was committed', async () => {
    const killed = sandbox.service([data]);
    const before = await killed.expect('ready');
    await query(before.url, 'CREATE TABLE kept AS SELECT generate_series(1, 10000) AS number');
    killed.signal('SIGKILL');
    process.kill(before.postgresPid, 'SIGKILL');
    await killed.ended();

    const service = sandbox.service([data]);
    const { url } = await service.expect('ready');
    expect((await query(url, 'SELECT count(*)::int FROM kept')).rows).toEqual([{ count: 10000 }]);
    service.signal('SIGTERM');
    await service.expect('stopped');
    expect(await service.ended()).toContain('crash recovery is under way');
  });

  it('of the server alone: restarts it on the same port, so that pools heal', async () => {
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    const pool = new pg.Pool({ connectionString: postgres.url });
    pool.on('error', () => undefined);
    await pool.query('CREATE TABLE kept AS SELECT 42 AS answer');
    for (let time = 0; time < 2; time++) {
      const { pid } = postgres;
      process.kill(pid, 'SIGKILL');
      await until(() => postgres.pid !== pid);
      expect((await pool.query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
    }
    await pool.end();
    await postgres.stop();
    expect(isAlive(postgres.pid)).toBe(false);
  });

  it('of the server, with a session deep in a query: ends that, then restarts', async () => {
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    const { pid } = postgres;
    const endless = 'DO $$ BEGIN LOOP END LOOP; END $$';
    const busy = query(postgres.url, endless);
    const lost = expect(busy).rejects.toThrow();
    const isBusy = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO %LOOP%'`;
    await until(async () => (await query(postgres.url, isBusy)).rowCount === 1);
    process.kill(pid, 'SIGKILL');
    await until(() => postgres.pid !== pid);
    await lost;
    await query(postgres.url, 'SELECT 1');
    await postgres.stop();
  });

  it('during the first start: the next one begins anew', async () => {
    const unfinished = async (): Promise<string | undefined> => {
      const names = await unless(readdir(data), 'ENOENT');
      return names?.find((name) => name.startsWith('postgres-initialising-'));
    };
    for (const moment of [0, 100, 300, 600]) {
      const killed = sandbox.service([data]);
      await until(async () => (await unfinished()) !== undefined);
      await pause(moment);
      killed.signal('SIGKILL');
      await killed.ended();
      if (moment === 0) expect(await readdir(data)).not.toContain('postgres');
    }
    const service = sandbox.service([data]);
    const { url } = await service.expect('ready');
    await query(url, 'SELECT 1');
    expect(await unfinished()).toBeUndefined();
    service.signal('SIGTERM');
    await service.expect('stopped');
  });

  it('whose pid file names another process by now: leaves that alone', async () => {
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await postgres.stop();
    const { uid, gid } = await stat(cluster);
    const innocent = sandbox.spawn('sleep', ['600'], { uid, gid });
    const pidFile = join(cluster, 'postmaster.pid');
    await writeFile(
      pidFile,
      `${innocent.pid}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n  5432001     65536\nready   \n`,
    );
    await chown(pidFile, uid, gid);
    expect(await embeddedDatabaseUrl(data)).toBeUndefined();
    const again = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await query(again.url, 'SELECT 1');
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
    await again.stop();
  });

  it('while it waits for its port: goes on when the port is free again', async () => {
    const { log, messages } = captureLog('error');
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log });
    const { pid } = postgres;
    const thief = createServer();
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    await new Promise<void>((resolve) => thief.listen(Number(new URL(postgres.url).port), '127.0.0.1', resolve));
    await until(() => messages().includes('PostgreSQL could not be restarted'));
    await new Promise((resolve) => thief.close(resolve));
    await until(() => isAlive(postgres.pid));
    await until(async () => (await embeddedDatabaseUrl(data)) === postgres.url);
    await query(postgres.url, 'SELECT 1');
    await postgres.stop();
  });
});

describe('what the operator is told', () => {
  it('data of another version are not touched', async () => {
    await mkdir(cluster, { recursive: true });
    await writeFile(join(cluster, 'PG_VERSION'), '16\n');
    const start = startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await expect(start).rejects.toThrow(/was written by PostgreSQL 16.*brings PostgreSQL 18/);
    expect(await readdir(data)).toEqual(['postgres']);
    expect(await readFile(join(cluster, 'PG_VERSION'), 'utf8')).toBe('16\n');
  });

  it('a folder that holds something else is not touched', async () => {
    await mkdir(cluster, { recursive: true });
    await writeFile(join(cluster, 'thesis.tex'), '');
    const start = startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await expect(start).rejects.toThrow(/holds files, but no data of PostgreSQL/);
  });

  it('a data directory that is a file', async () => {
    await writeFile(data, '');
    const start = startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await expect(start).rejects.toThrow(/is in the way: it is not a folder/);
  });

  it('a wrong password file; and a lost one is made anew', async () => {
    await (await startEmbeddedPostgres({ dataDirectory: data, log: silentLog })).stop();
    const password = join(data, 'postgres.password');
    await writeFile(password, 'wrong\n');
    const start = startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await expect(start).rejects.toThrow(/remove that file and start again/);
    await rm(password);
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await query(postgres.url, 'SELECT 1');
    await postgres.stop();
  });
});
