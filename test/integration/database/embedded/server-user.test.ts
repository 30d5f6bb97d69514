import { chmod, chown, cp, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findPackage, prepareBinaries } from '../../../../src/database/embedded/binaries.js';
import { startEmbeddedPostgres } from '../../../../src/database/embedded/index.js';
import { run } from '../../../../src/database/embedded/run-program.js';
import { chooseServerUser } from '../../../../src/database/embedded/server-user.js';
import { query, sandboxForEachTest } from '../../../support/embedded-harness.js';
import { captureLog, silentLog } from '../../../support/logs.js';

const isRoot = process.getuid?.() === 0;
if (!isRoot)
  console.warn('SKIPPED: what only root can try of the users PostgreSQL runs as. Run these tests as root too.');

/** The number of the user nobody on all common systems. */
const NOBODY = { name: 'nobody', uid: 65534, gid: 65534 };
const nobodyCanRunNode =
  isRoot &&
  (await run('/bin/sh', ['-c', 'cd -- "$1" && "$2" --version', 'sh', import.meta.dirname, process.execPath], {
    user: NOBODY,
  }).then(({ code }) => code === 0));
if (isRoot && !nobodyCanRunNode)
  console.warn('SKIPPED: the run as an ordinary user, who cannot reach node or this folder.');

let data: string;

const sandbox = sandboxForEachTest();
beforeEach(async () => {
  data = sandbox.directory('data');
});

describe('binaries', () => {
  /** A package as npm 11 leaves it: without the links that its install script makes. */
  async function packageWithoutLinks(folder: string): Promise<{ native: string; version: string; major: string }> {
    const found = await findPackage();
    const native = join(folder, 'native');
    await cp(found.native, native, { recursive: true, verbatimSymlinks: true });
    for (const name of await readdir(join(native, 'lib'))) {
      const path = join(native, 'lib', name);
      if ((await lstat(path)).isSymbolicLink()) await rm(path);
    }
    return { ...found, native };
  }

  it('run from where npm put them, though its install script did not', async () => {
    const found = await packageWithoutLinks(join(sandbox.folder, 'package'));
    await mkdir(data);
    const binaries = await prepareBinaries(found, data, await chooseServerUser(silentLog), silentLog);
    expect(binaries.postgres).toBe(join(found.native, 'bin', 'postgres'));
    expect(await readdir(data)).toEqual([]);
  });

  it.runIf(isRoot)('are copied where the user of the server can run them, once', async () => {
    const closed = join(sandbox.folder, 'closed');
    const found = await packageWithoutLinks(closed);
    await chmod(closed, 0o700);
    await mkdir(join(data, 'postgres-binaries-17.0.0'), { recursive: true });
    await mkdir(join(data, `postgres-copying-${found.version}`, 'bin'), { recursive: true });
    const user = await chooseServerUser(silentLog);
    const { log, messages } = captureLog();
    for (let time = 0; time < 2; time++) {
      const { postgres, initdb } = await prepareBinaries(found, data, user, log);
      expect(postgres).toBe(join(data, `postgres-binaries-${found.version}`, 'bin', 'postgres'));
      expect((await run(initdb, ['--version'], { user })).stdout).toContain('18.');
    }
    expect(messages('info')).toHaveLength(1);
    expect(await readdir(data)).toEqual([`postgres-binaries-${found.version}`]);
  });

  it.runIf(isRoot)('that another user put there are not run', async () => {
    const closed = join(sandbox.folder, 'closed');
    const found = await packageWithoutLinks(closed);
    await chmod(closed, 0o700);
    const planted = join(data, `postgres-binaries-${found.version}`);
    await mkdir(planted, { recursive: true });
    await chown(planted, NOBODY.uid, NOBODY.gid);
    const user = await chooseServerUser(silentLog);
    await expect(prepareBinaries(found, data, user, silentLog)).rejects.toThrow(/belongs to.*another user: remove it/);
  });
});

describe.runIf(isRoot)('as root', () => {
  it('PostgreSQL runs as another user, and only that user can read the data', async () => {
    const postgres = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    const { uid, mode } = await stat(join(data, 'postgres'));
    expect(uid).not.toBe(0);
    expect(mode & 0o777).toBe(0o700);
    expect((await stat(`/proc/${postgres.pid}`)).uid).toBe(uid);
    await postgres.stop();
  });

  it('a data directory that user cannot reach is refused, or replaced if nobody chose it', async () => {
    const closed = join(sandbox.folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const dataDirectory = join(closed, 'data');
    const refused = startEmbeddedPostgres({ dataDirectory, log: silentLog });
    await expect(refused).rejects.toThrow(/can't reach .*closed.*DATA_DIR .*such as \/var\/lib\/snews/);

    const { log, messages } = captureLog();
    const postgres = await startEmbeddedPostgres({ dataDirectory, fallbackDirectory: data, log });
    expect(postgres.dataDirectory).toBe(data);
    expect(messages('warn')).toEqual([expect.stringContaining(`the data go to ${data} instead`)]);
    await postgres.stop();

    // Not beside data that exist: the empty database would look like a loss.
    await cp(join(data, 'postgres'), join(dataDirectory, 'postgres'), { recursive: true });
    const lossy = startEmbeddedPostgres({ dataDirectory, fallbackDirectory: data, log: silentLog });
    await expect(lossy).rejects.toThrow(/move that folder/);
  });

  it('data written by an ordinary user are taken over', async () => {
    const first = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const cluster = join(data, 'postgres');
    for (const name of await readdir(cluster, { recursive: true }))
      await chown(join(cluster, name), NOBODY.uid, NOBODY.gid);
    await chown(cluster, NOBODY.uid, NOBODY.gid);
    const second = await startEmbeddedPostgres({ dataDirectory: data, log: silentLog });
    expect((await query(second.url, 'SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
    await second.stop();
  });
});

describe.runIf(nobodyCanRunNode)('as an ordinary user', () => {
  beforeEach(async () => {
    await mkdir(data, { mode: 0o700 });
    await chown(data, NOBODY.uid, NOBODY.gid);
  });
  const owner = { uid: NOBODY.uid, gid: NOBODY.gid };

  it('PostgreSQL runs as that user, also after a kill -9', async () => {
    const killed = sandbox.service([data], owner);
    const { url, postgresPid } = await killed.expect('ready');
    expect((await stat(`/proc/${postgresPid}`)).uid).toBe(NOBODY.uid);
    await query(url, 'SELECT 1');
    killed.signal('SIGKILL');
    await killed.ended();
    const service = sandbox.service([data], owner);
    await service.expect('ready');
    service.signal('SIGTERM');
    await service.expect('stopped');
  });

  it('a folder of somebody else is refused with advice', async () => {
    const others = join(sandbox.folder, 'others');
    await mkdir(others, { mode: 0o755 });
    for (const directory of [others, join(others, 'new')]) {
      const { name, message } = await sandbox.service([directory], owner).expect('failed');
      expect(name).toBe('EmbeddedPostgresError');
      expect(message).toMatch(/no permission: make .* belong to the user of the service/);
    }
  });
});
