import type pg from 'pg';
import type { StreamPartition } from '../../cache/stretch.js';
import { asDatabaseAway } from '../../database/away.js';
import type { LogBounds } from '../../kafka/log-bounds.js';

interface Log {
  error(details: object, message: string): void;
}

/** Where partitions are read from: what is stored, or where a topic begins that was never read. */
export function createStreamStarts(pool: pg.Pool, start: 'latest' | 'earliest', log: Log) {
  async function stored(cluster: string, topic: string): Promise<Map<number, bigint>> {
    const { rows } = await pool.query(
      'SELECT partition, position FROM stream_position WHERE cluster = $1 AND topic = $2',
      [cluster, topic],
    );
    return new Map(rows.map(({ partition, position }) => [partition, position]));
  }

  /** Somebody else may have stored one meanwhile, or moved it: theirs stands. */
  async function store({ cluster, topic, partition }: StreamPartition, position: bigint, before: bigint | undefined) {
    await pool.query(
      `INSERT INTO stream_position (cluster, topic, partition, position, changed_at) VALUES ($1, $2, $3, $4, now())
      ON CONFLICT (cluster, topic, partition) DO UPDATE SET position = excluded.position, changed_at = excluded.changed_at
        WHERE stream_position.position = $5::bigint`,
      [cluster, topic, partition, position, before ?? null],
    );
  }

  return {
    /**
     * The stored position of each partition; stores one where there is none, or where the log no longer, or not yet,
     * has it.
     * @throws DatabaseAway
     */
    async establish(cluster: string, topic: string, bounds: readonly LogBounds[]): Promise<Map<number, bigint>> {
      try {
        const known = await stored(cluster, topic);
        for (const { partition, low, high } of bounds) {
          const position = known.get(partition);
          const place = { cluster, topic, partition };
          if (position === undefined) {
            // A partition that was added to a topic that is read already has nothing old in it.
            await store(place, known.size === 0 && start === 'latest' ? high : low, undefined);
          } else if (position < low || position > high) {
            log.error(
              { ...place, position: String(position), low: String(low), high: String(high) },
              'kafka:position-outside-the-log',
            );
            await store(place, low, position);
          }
        }
        return await stored(cluster, topic);
      } catch (error) {
        throw asDatabaseAway(error);
      }
    },
  };
}

export type StreamStarts = ReturnType<typeof createStreamStarts>;
