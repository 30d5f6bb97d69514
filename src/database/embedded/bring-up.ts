import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../domain/log.js';
import { EmbeddedPostgresError, explainFailure, hasCode } from './errors.js';
import { backendsOf, isAlive, isServerOf, pidFilePath, readPidFile, signal as send, terminate } from './processes.js';
import { type ServerContext, type ServerProcess, spawnServer, waitUntilReady } from './server.js';
import { clusterName } from './settings.js';

/**
 * Clears what a killed service left behind: stops its server, if that still runs, and removes a pid file whose number
 * belongs to another process by now, since PostgreSQL would take that process for a server and refuse to start.
 */
export async function clearLeftovers(cluster: string, log: Log, signal?: AbortSignal): Promise<void> {
  const file = await readPidFile(cluster);
  if (file === undefined) return;
  const isServer = async (): Promise<boolean> => await isServerOf(file.pid, cluster);
  if (await isServer()) {
    log.warn({ postgresPid: file.pid }, 'a PostgreSQL of a service that was killed still runs: stopping it');
    await terminate(file.pid, isServer, log, 'gently', signal);
  } else if (isAlive(file.pid)) {
    log.warn({ postgresPid: file.pid }, 'the pid file of PostgreSQL names another process: removing it');
    await rm(pidFilePath(cluster), { force: true });
  }
}

/** How many free ports are tried: another program may take one before PostgreSQL does. */
const PORT_ATTEMPTS = 20;
/** How long processes of a killed server may go on before they are ended, and how long to wait for their end altogether. */
const ORPHANS_PATIENCE_MS = 10_000;
const ORPHANS_TIMEOUT_MS = 60_000;

/**
 * Starts the server and waits until it accepts connections.
 * @param fixedPort the port to use; if undefined, any free one
 * @throws EmbeddedPostgresError with the reason if it does not start
 */
export async function bringUp(
  context: ServerContext,
  fixedPort: number | undefined,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const { cluster, dataDirectory, log } = context;
  let portAttempts = 0;
  let orphansSince: number | undefined;
  for (;;) {
    await clearLeftovers(cluster, log, signal);
    const server = await spawnServer(context, fixedPort ?? (await freePort()));
    if (await waitUntilReady(server, context, signal)) return server;
    const said = server.lastLines().join('\n');
    const failure = explainFailure(
      `PostgreSQL did not start (${await server.exited})`,
      server.lastLines(),
      dataDirectory,
    );
    if (
      /could not create any TCP\/IP sockets/.test(said) &&
      fixedPort === undefined &&
      ++portAttempts < PORT_ATTEMPTS
    ) {
      log.warn({ port: server.port }, 'the port was taken meanwhile: trying another');
    } else if (/pre-existing shared memory block/.test(said)) {
      orphansSince ??= Date.now();
      if (Date.now() - orphansSince > ORPHANS_TIMEOUT_MS || signal.aborted) throw failure;
      await outwaitOrphans(cluster, Date.now() - orphansSince, log);
      signal.throwIfAborted();
    } else {
      throw failure;
    }
  }
}

/**
 * PostgreSQL refuses to start while processes of a killed server are attached to its shared memory, as two servers would
 * corrupt the files. These processes end by themselves when they notice; one in a long query may notice late.
 */
async function outwaitOrphans(cluster: string, waited: number, log: Log): Promise<void> {
  const pids = await backendsOf(clusterName(cluster));
  log.warn(
    { postgresPids: pids, waitedMs: waited },
    'processes of a PostgreSQL that was killed still run: waiting for them to end',
  );
  if (waited > ORPHANS_PATIENCE_MS) {
    // SIGQUIT ends them at once; SIGKILL is for those that don't react to it.
    for (const pid of pids) send(pid, waited > 2 * ORPHANS_PATIENCE_MS ? 'SIGKILL' : 'SIGQUIT');
  }
  await pause(500);
}

/** Below the ports of outgoing connections, so that none of these takes the port while PostgreSQL restarts. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError(
    `No free port between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1: something occupies them all, stop it.`,
  );
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (hasCode(error, 'EADDRINUSE', 'EACCES')) resolve(false);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
