import type { Kafka } from 'kafkajs';
import type pg from 'pg';
import { clusterId, logBounds } from '../../kafka/log-bounds.js';

/** Records of a partition that have come and not taken effect yet. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

/**
 * Tells how far what has taken effect lags behind the log, whichever replica reads it.
 * @throws KafkaJSError if the broker is away
 */
export function createStreamLag(kafka: Kafka, pool: pg.Pool, topics: readonly string[]) {
  return async (): Promise<readonly PartitionLag[]> => {
    const cluster = await clusterId(kafka);
    const { rows } = await pool.query<{ topic: string; partition: number; position: bigint }>(
      'SELECT topic, partition, position FROM stream_position WHERE cluster = $1 AND topic = ANY ($2)',
      [cluster, topics],
    );
    const ends = await Promise.all(topics.map((topic) => logBounds(kafka, topic)));
    return topics.flatMap((topic, i) =>
      (ends[i] ?? []).flatMap(({ partition, high }) => {
        const stored = rows.find((row) => row.topic === topic && row.partition === partition);
        // Without a stored position nobody has begun to read it.
        if (stored === undefined) return [];
        // The log may have grown between the two looks, never shrunk.
        return [{ topic, partition, records: Math.max(0, Number(high - stored.position)) }];
      }),
    );
  };
}
