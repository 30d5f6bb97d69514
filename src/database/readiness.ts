import type pg from 'pg';

interface Answer {
  readonly read_only: boolean;
}

/**
 * True if the database answers within the patience of a load balancer and may be written to: a standby may not, nor one
 * whose transactions are made read-only by an order.
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
      // A session keeps what its role or its server said when it began: the next look needs another one.
      client.release(isReadOnly);
    }
    return !isReadOnly;
  } catch {
    // Whatever it is: it doesn't answer.
    return false;
  }
}
