import type { Log } from '../domain/log.js';
import { pauseUntilAborted } from './aborting.js';
import { openSession, type Session } from './session.js';

const RETRY_MILLISECONDS = 1_000;
/** PostgreSQL ends a session that is silent for this long. Its leader has noticed before that its session is dead. */
const SILENCE_MILLISECONDS = 8_000;

/** A replica's candidacy for a task that one replica at a time does. */
export interface Leadership {
  stop(): Promise<void>;
}

/**
 * Campaigns for a task that one replica at a time may do. The leader is the replica that holds an advisory lock of the
 * database. If a leader loses its session, and with it the lock, `signal` is aborted. Its work may still be in progress
 * then, so the work itself must be fenced.
 * @param task a name; its hash is the key of the lock
 * @param lead does the work until the signal is aborted; called again after each election
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
      if (!stop.signal.aborted) await pauseUntilAborted(RETRY_MILLISECONDS, stop.signal);
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
  const over = new AbortController();
  const end = () => over.abort();
  stop.addEventListener('abort', end);
  let session: Session | undefined;
  try {
    session = await openSession(databaseUrl, {
      name: `snews ${task}`,
      config: { isQuiet: true, query_timeout: 5_000 },
      settings: { idle_session_timeout: String(SILENCE_MILLISECONDS) },
    });
    session.on('error', end);
    session.on('end', end);
    while (!over.signal.aborted && !(await isElected(session, task))) {
      await pauseUntilAborted(RETRY_MILLISECONDS, over.signal);
    }
    if (over.signal.aborted) return;
    log.info({ task }, 'leadership:won');
    await lead(over.signal);
  } finally {
    stop.removeEventListener('abort', end);
    await session?.end().catch((error) => log.warn({ err: error, task }, 'leadership:session-not-closed'));
  }
}

async function isElected(session: Session, task: string): Promise<boolean> {
  const { rows } = await session.query('SELECT pg_try_advisory_lock(hashtext($1)) AS elected', [`snews ${task}`]);
  return rows[0]?.elected === true;
}
