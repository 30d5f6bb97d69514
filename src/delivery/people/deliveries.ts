import type pg from 'pg';
import type { CacheName } from '../../domain/cache-name.js';
import type { Json } from '../../domain/commands.js';
import { type Instant, toPosixMilliseconds } from '../../domain/time.js';
import type { SinkName } from '../../domain/views.js';
import type { DeliveryReceipt } from './sinks/sink.js';

/** The next delivery of a sink, and when it is due; times are POSIX milliseconds. */
export interface Outstanding {
  readonly id: bigint;
  readonly alertId: string;
  readonly eventId: string;
  readonly dueAt: number;
  readonly givesUpAt: number;
  /** The try that was begun, and of which nobody knows how it ended; null: none is. */
  readonly attempt: string | null;
  readonly tries: number;
  readonly lastError: string | null;
  readonly progress: Json;
}

/** A delivery that has been outstanding for long. */
export interface Stuck {
  readonly id: bigint;
  readonly alert_id: string;
  readonly tries: number;
  readonly gives_up_at: Date;
  readonly last_error: string | null;
}

/** Alerts that are written down as deliveries at once. */
const PAGE = 500;

interface NewAlert {
  readonly id: string;
  readonly event_id: string;
  readonly sequence: bigint;
  readonly sent_ns: bigint;
  readonly position: bigint;
}

/** The table of deliveries, as the relay works on it. Times are POSIX milliseconds. */
export function createDeliveries(pool: pg.Pool) {
  const change = async (name: string, text: string, values: readonly unknown[]): Promise<boolean> =>
    (await pool.query({ name, text, values: [...values] })).rowCount === 1;

  return {
    /**
     * From now on a sink is told of the alerts of these caches: what was sent before is no news. Of a cache that it is
     * told of no more, it is told anew from whenever it is again.
     */
    async begin(sink: SinkName, caches: readonly CacheName[]): Promise<void> {
      await pool.query(
        `WITH left_out AS (DELETE FROM sink_position WHERE sink = $1 AND cache <> ALL ($2))
        INSERT INTO sink_position (sink, cache, sequence) SELECT $1, name, next_sequence - 1 FROM cache WHERE name = ANY ($2)
        ON CONFLICT DO NOTHING`,
        [sink, caches],
      );
    },

    /**
     * Writes down the deliveries of alerts that are new. Alerts are committed in the order of their sequence, so none
     * is passed over; if two replicas do this at once, one of them finds the position moved and does nothing.
     * @param patience milliseconds after which an alert that is not delivered is no news any more
     */
    async enlist(sink: SinkName, cache: CacheName, now: number, patience: number): Promise<void> {
      for (let count = PAGE; count === PAGE; ) {
        const { rows } = await pool.query<NewAlert>({
          name: 'alerts-to-enlist',
          text: `SELECT alert.id, event_id, alert.sequence, sent_ns, start.sequence AS position
            FROM sink_position start JOIN alert ON alert.cache = start.cache AND alert.sequence > start.sequence
            WHERE start.sink = $1 AND start.cache = $2 ORDER BY alert.sequence LIMIT ${PAGE}`,
          values: [sink, cache],
        });
        count = rows.length;
        const [first, last] = [rows[0], rows.at(-1)];
        if (first === undefined || last === undefined) return;
        await pool.query({
          name: 'enlist-deliveries',
          text: `WITH moved AS (UPDATE sink_position SET sequence = $4 WHERE sink = $1 AND cache = $2 AND sequence = $3 RETURNING 1)
            INSERT INTO delivery (sink, alert_id, event_id, sequence, state, created_at, due_at, gives_up_at)
            SELECT $1, fresh.id, fresh.event_id, fresh.sequence, 'waiting', $5, $5, fresh.gives_up_at
            FROM moved, unnest($6::uuid[], $7::text[], $8::bigint[], $9::timestamptz[]) AS fresh (id, event_id, sequence, gives_up_at)
            ON CONFLICT DO NOTHING`,
          values: [
            sink,
            cache,
            first.position,
            last.sequence,
            new Date(now),
            rows.map(({ id }) => id),
            rows.map(({ event_id }) => event_id),
            rows.map(({ sequence }) => sequence),
            rows.map(({ sent_ns }) => new Date(toPosixMilliseconds(sent_ns as Instant) + patience)),
          ],
        });
      }
    },

    /** What is to be delivered next: of each event only the first that is outstanding may be. */
    async next(sink: SinkName): Promise<Outstanding | undefined> {
      const { rows } = await pool.query({
        name: 'next-delivery',
        text: `SELECT * FROM (
            SELECT DISTINCT ON (event_id) id, alert_id, event_id, sequence, due_at, gives_up_at, attempt, tries, last_error, progress
            FROM delivery WHERE sink = $1 AND state IN ('waiting', 'sending') ORDER BY event_id, sequence
          ) AS first ORDER BY due_at, sequence LIMIT 1`,
        values: [sink],
      });
      const row = rows[0];
      if (row === undefined) return undefined;
      return {
        id: row.id,
        alertId: row.alert_id,
        eventId: row.event_id,
        dueAt: row.due_at.getTime(),
        givesUpAt: row.gives_up_at.getTime(),
        attempt: row.attempt,
        tries: row.tries,
        lastError: row.last_error,
        progress: row.progress,
      };
    },

    /**
     * Begins a try, durably, before anything is sent.
     * @param lostAt from when on somebody else may take it for lost
     * @returns false if somebody else was quicker
     */
    begun: ({ id, attempt: before }: Outstanding, attempt: string, now: number, lostAt: number) =>
      change(
        'begin-delivery',
        `UPDATE delivery SET state = 'sending', attempt = $2, tries = tries + 1, due_at = $3
        WHERE id = $1 AND state IN ('waiting', 'sending') AND attempt IS NOT DISTINCT FROM $4 AND due_at <= $5`,
        [id, attempt, new Date(lostAt), before, new Date(now)],
      ),

    /** @returns false if the try isn't the current one any more; so do the following */
    remembered: (id: bigint, attempt: string, progress: Json, problem: string | undefined, lostAt: number) =>
      change(
        'remember-delivery',
        `UPDATE delivery SET progress = $3, last_error = COALESCE($4, last_error), due_at = $5
        WHERE id = $1 AND attempt = $2 AND state = 'sending'`,
        [id, attempt, JSON.stringify(progress), problem ?? null, new Date(lostAt)],
      ),

    /** The receipt of a delivery is that of its first time. Who got it is kept only for as long as others wait for theirs. */
    delivered: (id: bigint, attempt: string, receipt: DeliveryReceipt, now: number) =>
      change(
        'delivered',
        `UPDATE delivery SET state = 'delivered', attempt = NULL, progress = NULL, delivered_at = $4, receipt = COALESCE(receipt, $3)
        WHERE id = $1 AND attempt = $2 AND state = 'sending'`,
        [id, attempt, receipt === null ? null : JSON.stringify(receipt), new Date(now)],
      ),

    postponed: (id: bigint, attempt: string, problem: string, dueAt: number) =>
      change(
        'postpone-delivery',
        `UPDATE delivery SET state = 'waiting', attempt = NULL, last_error = $3, due_at = $4
        WHERE id = $1 AND attempt = $2 AND state = 'sending'`,
        [id, attempt, problem, new Date(dueAt)],
      ),

    /** Gives up; `before` is what was found outstanding. */
    failed: ({ id, attempt: before }: Outstanding, problem: string) =>
      change(
        'fail-delivery',
        `UPDATE delivery SET state = 'failed', attempt = NULL, last_error = $2
        WHERE id = $1 AND state IN ('waiting', 'sending') AND attempt IS NOT DISTINCT FROM $3`,
        [id, problem, before],
      ),

    /** What a sink remembered of the last alert of an event that it delivered; null: none yet. */
    async receiptOf(sink: SinkName, eventId: string): Promise<DeliveryReceipt> {
      const { rows } = await pool.query({
        name: 'receipt-of-event',
        text: `SELECT receipt FROM delivery WHERE event_id = $1 AND sink = $2 AND receipt IS NOT NULL
          ORDER BY sequence DESC LIMIT 1`,
        values: [eventId, sink],
      });
      return rows[0]?.receipt ?? null;
    },

    /** Marks and gives those that give up by then and were not warned of after `warnedSince`. */
    async stuck(sink: SinkName, now: number, givesUpBy: number, warnedSince: number): Promise<readonly Stuck[]> {
      const { rows } = await pool.query<Stuck>({
        name: 'stuck-deliveries',
        text: `UPDATE delivery SET warned_at = $2
          WHERE sink = $1 AND state IN ('waiting', 'sending') AND gives_up_at <= $3 AND (warned_at IS NULL OR warned_at <= $4)
          RETURNING id, alert_id, tries, gives_up_at, last_error`,
        values: [sink, new Date(now), new Date(givesUpBy), new Date(warnedSince)],
      });
      return rows;
    },
  };
}

export type DeliveryQueue = ReturnType<typeof createDeliveries>;
