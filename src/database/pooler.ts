import { randomUUID } from 'node:crypto';
import { makeSession, type Session } from './session.js';

/** A connection pooler before PostgreSQL breaks what the sessions need; the message tells what to change. */
export class UnsuitablePooler extends Error {
  override readonly name = 'UnsuitablePooler';
}

const ADVICE =
  'The server needs sessions of its own (LISTEN, advisory locks, prepared statements): let DATABASE_URL name PostgreSQL itself';

const TIMEOUT_MILLISECONDS = 5_000;

/** Errors of PgBouncer for unknown startup parameters, and for transactions if it pools by statement. */
const REFUSED_BY_POOLER = /unsupported startup parameter|transaction blocks not allowed in statement pooling mode/i;

/**
 * Refuses a connection pooler that gives its clients another session for each transaction, or that drops the settings with
 * which sessions start. It compares two sessions: each must keep its backend and its settings, whatever the other does.
 * @throws UnsuitablePooler
 */
export async function requireOwnSessions(databaseUrl: string): Promise<void> {
  const mark = randomUUID();
  const [one, other] = [open(databaseUrl, mark), open(databaseUrl, mark)];
  try {
    await Promise.all([one.connect(), other.connect()]);
    const before = await look(one);
    // A pooler that shares sessions gives the idle backend of the one to the transaction of the other.
    await other.query('BEGIN');
    const beside = await look(other);
    const isShared = before.pid === beside.pid || before.pid !== (await look(one)).pid;
    await other.query('ROLLBACK');
    if (isShared) {
      throw new UnsuitablePooler(
        `a connection pooler in transaction mode stands between this server and PostgreSQL. ${ADVICE}.`,
      );
    }
    if (before.mark !== mark) {
      throw new UnsuitablePooler(
        `a connection pooler between this server and PostgreSQL drops the settings that sessions begin with. ${ADVICE}.`,
      );
    }
  } catch (error) {
    if (!(error instanceof Error && REFUSED_BY_POOLER.test(error.message))) throw error;
    throw new UnsuitablePooler(
      `a connection pooler between this server and PostgreSQL refuses its sessions (${error.message}). ${ADVICE}.`,
      { cause: error },
    );
  } finally {
    await Promise.all([one, other].map((client) => client.end()));
  }
}

function open(databaseUrl: string, mark: string): Session {
  return makeSession(databaseUrl, {
    name: 'snews start',
    config: { query_timeout: TIMEOUT_MILLISECONDS },
    settings: { 'snews.mark': mark },
  });
}

async function look(client: Session): Promise<{ pid: number; mark: string | null }> {
  const { rows } = await client.query(`SELECT pg_backend_pid() AS pid, current_setting('snews.mark', true) AS mark`);
  return rows[0];
}
