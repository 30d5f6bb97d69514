import type pg from 'pg';
import { type Instant, toPosixMilliseconds } from '../../domain/time.js';
import type { SinkName } from '../../domain/views.js';
import { DELIVERY_LIFETIME } from './lifetime.js';

/** How a sink fares, over all replicas. */
export interface DeliveryFigures {
  readonly sink: SinkName;
  /** Alerts that are still to be delivered. */
  readonly waiting: number;
  /** Since when the one waits that waits longest, POSIX milliseconds; null: none does. */
  readonly waitingSince: number | null;
  readonly failed: number;
}

interface Row {
  readonly sink: SinkName;
  readonly outstanding: bigint;
  readonly failed: bigint;
  readonly gives_up_at: Date | null;
  readonly unlisted: bigint;
  readonly sent_ns: bigint | null;
}

/** The figures of every sink that was ever configured, for metrics. */
export async function deliveryFigures(pool: pg.Pool): Promise<readonly DeliveryFigures[]> {
  const { rows } = await pool.query<Row>({
    name: 'delivery-figures',
    // Also what no replica has written down yet: if none leads, that is all that shows it. What was delivered is never
    // looked at: for each count there is an index of those rows alone, so it costs the same however many alerts there were.
    text: `SELECT sinks.sink, d.*, f.*, a.* FROM (SELECT DISTINCT sink FROM sink_position) AS sinks
      CROSS JOIN LATERAL (
        SELECT count(*) AS outstanding, min(gives_up_at) AS gives_up_at
        FROM delivery WHERE delivery.sink = sinks.sink AND state IN ('waiting', 'sending')
      ) AS d
      CROSS JOIN LATERAL (
        SELECT count(*) AS failed FROM delivery WHERE delivery.sink = sinks.sink AND state = 'failed'
      ) AS f
      CROSS JOIN LATERAL (
        SELECT count(*) AS unlisted, min(sent_ns) AS sent_ns
        FROM sink_position AS start JOIN alert ON alert.cache = start.cache AND alert.sequence > start.sequence
        WHERE start.sink = sinks.sink
      ) AS a
      ORDER BY sinks.sink`,
  });
  return rows.map(({ sink, outstanding, unlisted, failed, gives_up_at, sent_ns }) => {
    const since = [
      ...(gives_up_at === null ? [] : [gives_up_at.getTime() - DELIVERY_LIFETIME]),
      ...(sent_ns === null ? [] : [toPosixMilliseconds(sent_ns as Instant)]),
    ];
    return {
      sink,
      waiting: Number(outstanding + unlisted),
      waitingSince: since.length === 0 ? null : Math.min(...since),
      failed: Number(failed),
    };
  });
}
