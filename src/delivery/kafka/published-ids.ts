import type { Kafka } from 'kafkajs';
import { logBounds } from '../../kafka/log-bounds.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';

/** All of a cache's alerts are in this partition, in order. */
export const ALERT_PARTITION = 0;

/** How long the reading may make no progress. */
const TIMEOUT_MILLISECONDS = 60_000;

export interface PublishedIdsOptions {
  /** The consumer group to read in. The broker must permit it, and no other consumer may use it at the same time. */
  readonly groupId: string;
  /** Null for the beginning. */
  readonly from: bigint | null;
  /** How long the reading may make no progress, in milliseconds; by default a minute. */
  readonly timeout?: number;
}

/**
 * Ids (32 hexadecimal digits) of the records that were committed to a topic from an offset on. Earlier producers must
 * have been fenced off before.
 * @throws if the topic can't be read to its end because nothing was received for a minute
 */
export async function publishedIds(kafka: Kafka, topic: string, options: PublishedIdsOptions): Promise<Set<string>> {
  const { groupId, from, timeout: timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options;
  const ids = new Set<string>();
  const bounds = (await logBounds(kafka, topic)).find(({ partition }) => partition === ALERT_PARTITION);
  if (bounds === undefined) throw new Error(`the topic ${topic} has no partition ${ALERT_PARTITION}`);
  const { low, high } = bounds;
  const begin = from === null || from < low || from > high ? low : from;
  // The last record is followed only by the marker of its transaction.
  if (begin >= high || (begin === from && begin + 1n === high)) return ids;

  const consumer = kafka.consumer({
    groupId,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    // Short, so that a member that died is removed from the group soon.
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(
        () =>
          reject(
            new Error(`${topic} was not read to its end: nothing was received for ${timeoutMilliseconds / 1000} s`),
          ),
        timeoutMilliseconds,
      );
      const finish = (done: () => void) => {
        clearTimeout(timeout);
        done();
      };
      consumer.on('consumer.crash', ({ payload }) => finish(() => reject(payload.error)));
      consumer.on('consumer.group_join', () =>
        consumer.seek({ topic, partition: ALERT_PARTITION, offset: String(begin) }),
      );
      // Emitted also for batches with nothing but markers and aborted records.
      consumer.on('consumer.end_batch_process', ({ payload: { partition, lastOffset } }) => {
        if (partition !== ALERT_PARTITION) return;
        // A long topic may take longer in all.
        timeout.refresh();
        if (BigInt(lastOffset) + 1n >= high) finish(resolve);
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            if (batch.partition !== ALERT_PARTITION) return;
            for (const message of batch.messages) {
              const lost = unreadableBatch(message);
              // It may hold an alert, which is then published twice. That is better than not at all.
              if (lost !== undefined) {
                const { first, last, codec, why } = lost;
                const told = { topic, first: String(first), last: String(last), codec, why };
                consumer.logger().error('A batch of the alert topic can not be read', told);
              }
              const id = message.headers?.['_id'];
              if (id instanceof Buffer) ids.add(id.toString('hex'));
            }
          },
        })
        .catch((error) => finish(() => reject(error)));
    });
    return ids;
  } finally {
    await consumer.disconnect();
  }
}
