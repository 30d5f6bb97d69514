import type pg from 'pg';
import { type Instant, toPosixMilliseconds } from '../../domain/time.js';
import type { SinkName } from '../../domain/views.js';
import { DELIVERY_LIFETIME } from './lifetime.js';

/** The pending and failed deliveries of a sink, over all replicas. */
export interface DeliveryFigures {
  readonly sink: SinkName;
  /** Alerts that are still to be delivered. */
  readonly pending: number;
  /** When the oldest of them was sent, in POSIX milliseconds; null: there is none. */
  readonly pendingSince: number | null;
  readonly failed: number;
}

interface Row {
  readonly sink: SinkName;
  readonly pending: bigint;
  readonly failed: bigint;
  readonly gives_up_at: Date | null;
  readonly unlisted: bigint;
  readonly sent_ns: bigint | null;
}

/** The figures of every sink that was ever configured, for metrics. */
export async function deliveryFigures(pool: pg.Pool): Promise<readonly DeliveryFigures[]> {
  const { rows } = await pool.query<Row>({
    name: 'delivery-figures',
    // Alerts whose deliveries are not stored yet count too: if no replica leads, nothing else shows them. Each count has
    // an index of its rows alone, so the cost does not depend on the number of delivered alerts.
    text: `SELECT sinks.sink, d.*, f.*, a.* FROM (SELECT DISTINCT sink FROM sink_position) AS sinks
      CROSS JOIN LATERAL (
        SELECT count(*) AS pending, min(gives_up_at) AS gives_up_at
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
  return rows.map(({ sink, pending, unlisted, failed, gives_up_at, sent_ns }) => {
    const since = [
      ...(gives_up_at === null ? [] : [gives_up_at.getTime() - DELIVERY_LIFETIME]),
      ...(sent_ns === null ? [] : [toPosixMilliseconds(sent_ns as Instant)]),
    ];
    return {
      sink,
      pending: Number(pending + unlisted),
      pendingSince: since.length === 0 ? null : Math.min(...since),
      failed: Number(failed),
    };
  });
}
