import { hostname } from 'node:os';
import type pg from 'pg';
import type { Log } from '../domain/log.js';
import { pauseUntilAborted } from './aborting.js';
import { openSession } from './session.js';

/**
 * The key of an advisory lock, an arbitrary number. Replicas share the lock; a command that needs all replicas stopped takes
 * it alone.
 */
const REPLICA_LOCK = 7_041_989;
/** How often a replica checks that its session is alive. */
const CHECK_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 1_000;
/** PostgreSQL truncates longer names. */
const LONGEST_NAME = 63;

/** Replicas or commands that exclude each other use the database; the message tells which ones, and what to do. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';
}

/** A replica's share of the lock, for as long as it runs. */
export interface ReplicaLock {
  stop(): Promise<void>;
}

/**
 * Takes a replica's share of the lock, so that commands which need all replicas stopped are refused. The lock belongs to a
 * session of its own. If that is lost, the lock is taken again.
 * @throws DatabaseInUse if the caches are being rebuilt
 */
export async function lockAsReplica(databaseUrl: string, log: Log): Promise<ReplicaLock> {
  const stop = new AbortController();
  let session = await openReplicaSession(databaseUrl);
  try {
    await share(session);
  } catch (error) {
    await session.end();
    throw error;
  }
  const keeping = (async () => {
    while (!stop.signal.aborted) {
      try {
        await untilLost(session, stop.signal);
        if (stop.signal.aborted) return;
        log.warn({}, 'replica-lock:lost');
        session = await openReplicaSession(databaseUrl);
        await share(session);
      } catch (error) {
        log.warn({ err: error }, 'replica-lock:not-held');
        await session.end().catch(() => undefined);
        await pauseUntilAborted(RETRY_MILLISECONDS, stop.signal);
      }
    }
  })();
  return {
    async stop() {
      stop.abort();
      await keeping;
      await session.end();
    },
  };
}

/**
 * Takes a share of the lock, until the session ends.
 * @throws DatabaseInUse if another session holds it alone
 */
export async function share(session: pg.ClientBase): Promise<void> {
  if (await tryLock(session, 'pg_try_advisory_lock_shared')) return;
  throw new DatabaseInUse(
    `The caches are being rebuilt ("snews cache switch"): ${await holders(session)}. Start again when that has ended.`,
  );
}

/**
 * Takes the lock alone, until the session ends: no replica runs then, and none starts.
 * @throws DatabaseInUse if a replica runs
 */
export async function lockAlone(session: pg.ClientBase): Promise<void> {
  if (await tryLock(session, 'pg_try_advisory_lock')) return;
  throw new DatabaseInUse(
    `Other processes use this database: ${await holders(session)}. Stop every replica, then run the command again.`,
  );
}

async function tryLock(
  session: pg.ClientBase,
  attempt: 'pg_try_advisory_lock' | 'pg_try_advisory_lock_shared',
): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>(`SELECT ${attempt}($1) AS locked`, [REPLICA_LOCK]);
  return rows[0]?.locked === true;
}

async function holders(session: pg.ClientBase): Promise<string> {
  const { rows } = await session.query<{ name: string; address: string | null; pid: number }>(
    `SELECT a.application_name AS name, host(a.client_addr) AS address, a.pid
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1::bigint::oid AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     ORDER BY a.backend_start`,
    [REPLICA_LOCK],
  );
  if (rows.length === 0) return 'a session that has ended by now';
  return rows.map(({ name, address, pid }) => `${name} from ${address ?? 'this machine'} (backend ${pid})`).join(', ');
}

function openReplicaSession(databaseUrl: string): Promise<pg.Client> {
  return openSession(databaseUrl, {
    name: `snews replica ${hostname()}:${process.pid}`.slice(0, LONGEST_NAME),
    config: { query_timeout: 5_000 },
  });
}

/** Resolves when the session is lost, or the signal is aborted. */
async function untilLost(session: pg.Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pauseUntilAborted(CHECK_MILLISECONDS, signal);
    if (signal.aborted) return;
    const isAlive = await session.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!isAlive) {
      await session.end().catch(() => undefined);
      return;
    }
  }
}
