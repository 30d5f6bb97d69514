import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPackage, prepareBinaries } from '../../src/database/embedded/binaries.js';
import { clusterFolder, prepareDataDirectory } from '../../src/database/embedded/data-directory.js';
import { initialiseCluster } from '../../src/database/embedded/database-cluster.js';
import { readPidFile } from '../../src/database/embedded/processes.js';
import { asUser, CLEAN_ENVIRONMENT } from '../../src/database/embedded/run-program.js';
import { chooseServerUser } from '../../src/database/embedded/server-user.js';
import { serverArguments } from '../../src/database/embedded/settings.js';
import { databaseUrl } from '../../src/database/embedded/url.js';
import { until } from './embedded-harness.js';
import { silentLog } from './logs.js';

interface CarelessPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own with fsync off, which holds for a whole server, and which the embedded one doesn't let happen. */
export async function startCarelessPostgres(port: number): Promise<CarelessPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'snews-test-careless-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const user = await chooseServerUser(silentLog);
  const dataDirectory = await prepareDataDirectory(join(folder, 'data'), undefined, user, silentLog);
  const binaries = await prepareBinaries(await findPackage(), dataDirectory, user, silentLog);
  const password = await initialiseCluster({ dataDirectory, binaries, user, log: silentLog });
  const cluster = clusterFolder(dataDirectory);
  const child = spawn(binaries.postgres, [...serverArguments(cluster, port), '-c', 'fsync=off'], {
    cwd: '/',
    env: CLEAN_ENVIRONMENT,
    stdio: 'ignore',
    ...asUser(user),
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true });
  };
  try {
    await until(async () => (await readPidFile(cluster))?.ready === true);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: databaseUrl(port, password, 'postgres'), stop };
}
