import type pg from 'pg';
import type { Json } from '../../domain/commands.js';

/** Columns and their new values, as pg takes them: JSON as text. */
export type Change = Readonly<Record<string, unknown>>;

/**
 * A table that holds jobs. Every such table has the columns `id`, `state`, `tries` and `last_error`; this says how it
 * keeps the rest.
 */
export interface JobTable<Row> {
  readonly name: string;
  /** Columns that the sender needs beside those of every job. */
  readonly columns: readonly (keyof Row & string)[];
  readonly states: {
    /** Those of jobs that are not settled. */
    readonly pending: readonly string[];
    readonly sent: string;
    /** It was not sent in time. */
    readonly failed: string;
    /** The other side will never take it. Without this state no job of the table is rejected. */
    readonly rejected?: string;
  };
  /** The column with the time from which a try may begin. While a try is under way that is the expiry of its lease. */
  readonly dueAt: string;
  /** SQL of the time at which the job fails if it has not been sent. */
  readonly failsAt: string;
  /** What is stored as the error of a job that fails without a try. */
  readonly neverTried: string;
  /**
   * The column that tells the tries of a job apart. What a try found out is recorded only while it holds the value that
   * the try began with. `attempt` gets a new UUID for each try; `tries` does where it is never set back.
   */
  readonly fence: 'attempt' | 'tries';
  /** SQL: a try has begun, and how it ended is not recorded. */
  readonly isUnderWay: string;
  /** If given, of the jobs with the same value of `within` only the first by `by` may be tried. */
  readonly order?: { readonly within: string; readonly by: string };
  /** Which jobs belong to this queue: a condition in SQL, with its values as $1, $2, … */
  scope(now: Date): { readonly condition: string; readonly values: readonly unknown[] };
  /** What else is set when a try begins. */
  readonly begun: Change;
  /** What else is set when the job waits for its next try. */
  readonly postponed: Change;
  /** What else is set when the job is sent, failed or rejected. */
  settled(at: Date): Change;
  /** What else is set when the job was sent. */
  sent?(row: Row, result: Json, at: Date): Change;
}

/** A job that is not settled. Times are POSIX milliseconds. */
export interface Job<Row> {
  readonly id: string | bigint;
  readonly row: Row;
  readonly dueAt: number;
  readonly failsAt: number;
  readonly tries: number;
  readonly lastError: string | null;
  /** The value of the table's fence. */
  readonly fence: Fence;
  /** A try has begun, and how it ended is not recorded. */
  readonly isUnderWay: boolean;
}

export type Fence = string | number | null;

export type JobStore<Row> = ReturnType<typeof createJobStore<Row>>;

/** Reads and changes the jobs of a table. Each change says whether it was made: false if another replica was quicker. */
export function createJobStore<Row>(pool: pg.Pool, table: JobTable<Row>) {
  const { name, columns, dueAt, fence, order } = table;
  const pending = `state IN (${table.states.pending.map((state) => `'${state}'`).join(', ')})`;

  async function update(
    { id }: Pick<Job<Row>, 'id'>,
    held: Fence,
    change: Change,
    more: { readonly set?: string; readonly dueBy?: number } = {},
  ): Promise<boolean> {
    const values: unknown[] = [id, held, ...Object.values(change)];
    const sets = Object.keys(change).map((column, i) => `${column} = $${i + 3}`);
    if (more.set !== undefined) sets.push(more.set);
    let condition = `id = $1 AND ${pending} AND ${fence} IS NOT DISTINCT FROM $2`;
    if (more.dueBy !== undefined) condition += ` AND ${dueAt} <= $${values.push(new Date(more.dueBy))}`;
    const text = `UPDATE ${name} SET ${sets.join(', ')} WHERE ${condition}`;
    return (await pool.query(text, values)).rowCount === 1;
  }

  return {
    table,

    /** The job whose turn is next. It may not be due yet. */
    async next(now: number): Promise<Job<Row> | undefined> {
      const { condition, values } = table.scope(new Date(now));
      const jobs = `SELECT ${order === undefined ? '' : `DISTINCT ON (${order.within})`} ${columns.join(', ')}, id, tries, last_error,
          ${dueAt} AS job_due_at, ${table.failsAt} AS job_fails_at, ${fence} AS job_fence, ${table.isUnderWay} AS job_is_under_way
        FROM ${name} WHERE ${condition} AND ${pending}`;
      const { rows } = await pool.query<Row & StoredJob>({
        name: `next-${name}`,
        text:
          order === undefined
            ? `${jobs} ORDER BY ${dueAt}, created_at, id LIMIT 1`
            : `SELECT * FROM (${jobs} ORDER BY ${order.within}, ${order.by}) AS firsts ORDER BY job_due_at, ${order.by} LIMIT 1`,
        values: [...values],
      });
      return rows[0] === undefined ? undefined : jobOf(rows[0]);
    },

    /**
     * Begins a try, durably, before anything is sent.
     * @param attempt a UUID of its own
     * @returns the fence of this try; undefined if another replica was quicker
     */
    async begin(
      job: Job<Row>,
      attempt: string,
      now: number,
      leaseExpiry: number,
    ): Promise<{ readonly fence: Fence } | undefined> {
      const change = { ...table.begun, ...(fence === 'attempt' ? { attempt } : {}), [dueAt]: new Date(leaseExpiry) };
      const isBegun = await update(job, job.fence, change, { set: 'tries = tries + 1', dueBy: now });
      if (!isBegun) return undefined;
      return { fence: fence === 'attempt' ? attempt : job.tries + 1 };
    },

    /** Stores what the try with this fence has done or found out. */
    record: (job: Job<Row>, held: Fence, change: Change) => update(job, held, change),

    /** The job was not sent in time. */
    fail: (job: Job<Row>, error: string, at: Date) =>
      update(job, job.fence, { state: table.states.failed, last_error: error, ...table.settled(at) }),

    /** Jobs whose last try failed are due now; those whose try may still be under way are not. */
    async retryFailed(now: number): Promise<void> {
      const { condition, values } = table.scope(new Date(now));
      await pool.query(
        `UPDATE ${name} SET ${dueAt} = $${values.length + 1}
        WHERE ${condition} AND ${pending} AND ${dueAt} > $${values.length + 1} AND last_error IS NOT NULL AND NOT (${table.isUnderWay})`,
        [...values, new Date(now)],
      );
    },
  };
}

/** What `next` selects beside the table's own columns. */
interface StoredJob {
  readonly id: string | bigint;
  readonly tries: number;
  readonly last_error: string | null;
  readonly job_due_at: Date;
  readonly job_fails_at: Date;
  readonly job_fence: Fence;
  readonly job_is_under_way: boolean;
}

function jobOf<Row>(row: Row & StoredJob): Job<Row> {
  return {
    id: row.id,
    row,
    dueAt: row.job_due_at.getTime(),
    failsAt: row.job_fails_at.getTime(),
    tries: row.tries,
    lastError: row.last_error,
    fence: row.job_fence,
    isUnderWay: row.job_is_under_way,
  };
}
