import type pg from 'pg';

/** Something that is to be told, and what it tells. */
export interface Waiting<Facts> {
  readonly id: string;
  readonly facts: Facts;
}

export interface QueueOptions<Row extends Waiting<{ readonly kind: string }>> {
  readonly pool: pg.Pool;
  /** Where what waits is stored, and the columns of it that sending asks for. */
  readonly table: 'mail' | 'slack_post';
  readonly columns: string;
  /** What this release knows how to tell: the rest waits for a replica that does. */
  readonly kinds: readonly string[];
  /** Names it in the log: `mail:sent`, with its id under that name. */
  readonly name: 'mail' | 'slack-post';
  send(row: Row, signal: AbortSignal): Promise<void>;
  /** What a failed try means. */
  failureOf(error: unknown): Failure;
  /** Reads the clock. */
  now(): Date;
  readonly log: Log;
}

export interface Failure {
  readonly reason: string;
  /** It will not be taken however often it is tried. */
  readonly isRefused: boolean;
  /** Others that wait would fare the same now. */
  readonly isOfAll: boolean;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Longer than any try takes: whoever died in one has lost it by then. */
const LEASE_SECONDS = 300;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 1_800;
/** After that nobody waits for it. Warnings are dropped before, as soon as they are over. */
const GIVE_UP_SECONDS = 86_400;

/**
 * Sends what waits. A try is recorded before it is made, and its outcome after it: each goes out once, unless the
 * server dies between its being taken and that being recorded; then once more, with the same id.
 */
export function createQueue<Row extends Waiting<{ readonly kind: string }>>(options: QueueOptions<Row>) {
  const { pool, table, columns, kinds, name, send, failureOf, now, log } = options;

  /** Takes the next one that is due. While a try is under way, it has no error of one before. */
  async function claim(): Promise<(Row & { readonly tries: number }) | undefined> {
    const { rows } = await pool.query(
      `UPDATE ${table} SET tries = tries + 1, last_error = NULL, next_try_at = $1::timestamptz + $2 * interval '1 s'
      WHERE id = (SELECT id FROM ${table} WHERE state = 'waiting' AND next_try_at <= $1 AND kind = ANY($3)
        ORDER BY next_try_at, created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING ${columns}, tries`,
      [now(), LEASE_SECONDS, kinds],
    );
    return rows[0];
  }

  async function settle(id: string, state: 'sent' | 'refused', error: string | null): Promise<void> {
    await pool.query(
      `UPDATE ${table} SET state = $2, settled_at = $3, last_error = coalesce($4, last_error)
      WHERE id = $1 AND state = 'waiting'`,
      [id, state, now(), error],
    );
  }

  async function postpone(id: string, tries: number, error: string): Promise<void> {
    const wait = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** Math.min(tries - 1, 16));
    await pool.query(
      `UPDATE ${table} SET last_error = $2, next_try_at = $3::timestamptz + $4 * interval '1 s'
      WHERE id = $1 AND state = 'waiting'`,
      [id, error, now(), wait * (0.5 + Math.random() / 2)],
    );
  }

  /** Those that waited for too long. */
  async function dropOld(): Promise<void> {
    const { rows } = await pool.query(
      `UPDATE ${table} SET state = 'dropped', settled_at = $1
      WHERE state = 'waiting' AND created_at < $1::timestamptz - $2 * interval '1 s' RETURNING id, kind, last_error`,
      [now(), GIVE_UP_SECONDS],
    );
    for (const old of rows) {
      log.error({ [name]: old.id, kind: old.kind, reason: old.last_error }, `${name}:given-up`);
    }
  }

  return {
    /** Whoever led before may have failed by what this replica can do: what failed is due, and what is under way is not. */
    async tryAgain(): Promise<void> {
      await pool.query(
        `UPDATE ${table} SET next_try_at = $1
        WHERE state = 'waiting' AND next_try_at > $1 AND last_error IS NOT NULL AND kind = ANY($2)`,
        [now(), kinds],
      );
    },

    /**
     * Sends what is due. Whoever doesn't answer is tried again later.
     * @param hasTime false: what is left after one waits for the next time
     */
    async sendDue(signal: AbortSignal, hasTime: () => boolean): Promise<void> {
      await dropOld();
      if (signal.aborted) return;
      do {
        const row = await claim();
        if (row === undefined) return;
        const about = { [name]: row.id, kind: row.facts.kind };
        try {
          await send(row, signal);
          await settle(row.id, 'sent', null);
          log.info(about, `${name}:sent`);
        } catch (error) {
          const { reason, isRefused, isOfAll } = failureOf(error);
          if (isRefused) await settle(row.id, 'refused', reason);
          else await postpone(row.id, row.tries, reason);
          log.warn({ ...about, tries: row.tries, reason }, isRefused ? `${name}:refused` : `${name}:waits`);
          if (isOfAll) return;
        }
      } while (!signal.aborted && hasTime());
    },
  };
}
