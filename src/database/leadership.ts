import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const RETRY_MILLISECONDS = 1_000;
/** How often a leader looks whether its session still lives. */
const CHECK_MILLISECONDS = 2_000;

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** While it leads, one of all replicas does the work. */
export interface Leadership {
  stop(): Promise<void>;
}

/**
 * Campaigns for a task that one replica at a time may do: whoever holds the database's advisory lock. A leader that
 * loses its session is told by `signal`; it may still have something under way, so the work itself must be fenced.
 * @param task a name; its hash is the lock
 * @param lead does the work until the signal says that it is over; called again after each election
 */
export function campaign(
  databaseUrl: string,
  task: string,
  lead: (signal: AbortSignal) => Promise<void>,
  log: Log,
): Leadership {
  const stop = new AbortController();
  const campaigning = (async () => {
    while (!stop.signal.aborted) {
      try {
        await term(databaseUrl, task, lead, stop.signal, log);
      } catch (error) {
        log.warn({ err: error, task }, 'leadership:lost');
      }
      if (!stop.signal.aborted) await pause(RETRY_MILLISECONDS, stop.signal);
    }
  })();
  return {
    async stop() {
      stop.abort();
      await campaigning;
    },
  };
}

async function term(
  databaseUrl: string,
  task: string,
  lead: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
  log: Log,
): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: `snews ${task}`,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    options:
      '-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c tcp_user_timeout=5s -c idle_session_timeout=8s',
  });
  const over = new AbortController();
  const end = () => over.abort();
  client.on('error', end);
  client.on('end', end);
  stop.addEventListener('abort', end);
  try {
    await client.connect();
    while (!over.signal.aborted && !(await isElected(client, task))) await pause(RETRY_MILLISECONDS, over.signal);
    if (over.signal.aborted) return;
    log.info({ task }, 'leadership:won');
    const watch = setInterval(() => void client.query('SELECT 1').catch(end), CHECK_MILLISECONDS);
    try {
      await lead(over.signal);
    } finally {
      clearInterval(watch);
    }
  } finally {
    stop.removeEventListener('abort', end);
    await client.end().catch((error) => log.warn({ err: error, task }, 'leadership:session-not-closed'));
  }
}

async function isElected(client: pg.Client, task: string): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtext($1)) AS elected', [`snews ${task}`]);
  return rows[0]?.elected === true;
}

/** Ends early, without error, on the signal. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
