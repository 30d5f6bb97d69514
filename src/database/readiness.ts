import type pg from 'pg';

interface Answer {
  readonly read_only: boolean;
}

/**
 * True if the database answers in time and accepts writes. A standby does not, and neither does a database with
 * default_transaction_read_only.
 */
export async function isWritable(pool: pg.Pool, patienceMs: number): Promise<boolean> {
  try {
    const client = await pool.connect();
    let isReadOnly = true;
    try {
      const { rows } = await client.query<Answer>({
        text: `SELECT current_setting('transaction_read_only')::boolean AS read_only`,
        query_timeout: patienceMs,
      } as pg.QueryConfig);
      isReadOnly = rows[0]?.read_only !== false;
    } finally {
      // A session keeps the setting that it started with, so the next check needs another session.
      client.release(isReadOnly);
    }
    return !isReadOnly;
  } catch {
    // Any error means that it is not ready.
    return false;
  }
}
