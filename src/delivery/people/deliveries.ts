import type pg from 'pg';
import type { CacheName } from '../../domain/cache-name.js';
import { type Instant, toPosixMilliseconds } from '../../domain/time.js';
import type { SinkName } from '../../domain/views.js';
import type { DeliveryReceipt } from './sinks/sink.js';

/** A delivery that has been pending for long. */
export interface StuckDelivery {
  readonly id: bigint;
  readonly alert_id: string;
  readonly tries: number;
  readonly gives_up_at: Date;
  readonly last_error: string | null;
}

/** Alerts for which deliveries are stored at once. */
const PAGE = 500;

interface NewAlert {
  readonly id: string;
  readonly event_id: string;
  readonly sequence: bigint;
  readonly sent_ns: bigint;
  readonly position: bigint;
}

/** Which alerts are to be delivered to which sink, and what is known of them. Times are POSIX milliseconds. */
export function createDeliveries(pool: pg.Pool) {
  return {
    /**
     * From now on a sink is told of the alerts of these caches, not of those that were sent before. If a cache is left
     * out and added again later, the sink is told of its alerts from then on.
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
     * Stores deliveries of the alerts that are new. Alerts are committed in the order of their sequence, so none is
     * missed; if two replicas do this at once, one of them finds the position changed and does nothing.
     * @param lifetime milliseconds from the sending of an alert until its delivery fails
     */
    async enlist(sink: SinkName, cache: CacheName, now: number, lifetime: number): Promise<void> {
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
            rows.map(({ sent_ns }) => new Date(toPosixMilliseconds(sent_ns as Instant) + lifetime)),
          ],
        });
      }
    },

    /** What a sink stored of the last alert of an event that it delivered; null: none yet. */
    async receiptOf(sink: SinkName, eventId: string): Promise<DeliveryReceipt> {
      const { rows } = await pool.query({
        name: 'receipt-of-event',
        text: `SELECT receipt FROM delivery WHERE event_id = $1 AND sink = $2 AND receipt IS NOT NULL
          ORDER BY sequence DESC LIMIT 1`,
        values: [eventId, sink],
      });
      return rows[0]?.receipt ?? null;
    },

    /** Pending deliveries that fail by then, and marks that they were warned of; not those warned of after `warnedSince`. */
    async stuck(sink: SinkName, now: number, failsBy: number, warnedSince: number): Promise<readonly StuckDelivery[]> {
      const { rows } = await pool.query<StuckDelivery>({
        name: 'stuck-deliveries',
        text: `UPDATE delivery SET warned_at = $2
          WHERE sink = $1 AND state IN ('waiting', 'sending') AND gives_up_at <= $3 AND (warned_at IS NULL OR warned_at <= $4)
          RETURNING id, alert_id, tries, gives_up_at, last_error`,
        values: [sink, new Date(now), new Date(failsBy), new Date(warnedSince)],
      });
      return rows;
    },
  };
}

export type Deliveries = ReturnType<typeof createDeliveries>;
