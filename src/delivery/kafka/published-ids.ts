import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { logBounds } from '../../kafka/log-bounds.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';

/** All of a cache's alerts are in this partition, in order. */
export const ALERT_PARTITION = 0;

const PATIENCE_MILLISECONDS = 60_000;

/**
 * Ids (32 hexadecimal digits) of the records that were committed to a topic from an offset on. Whoever might still
 * have written must have been fenced off before.
 * @param from null: from the beginning
 * @throws if the topic can't be read to its end within a minute
 */
export async function publishedIds(kafka: Kafka, topic: string, from: bigint | null): Promise<Set<string>> {
  const ids = new Set<string>();
  const bounds = (await logBounds(kafka, topic)).find(({ partition }) => partition === ALERT_PARTITION);
  if (bounds === undefined) throw new Error(`the topic ${topic} has no partition ${ALERT_PARTITION}`);
  const { low, high } = bounds;
  const begin = from === null || from < low || from > high ? low : from;
  // Behind the last record there is the mark of its transaction, and nothing else.
  if (begin >= high || (begin === from && begin + 1n === high)) return ids;

  const consumer = kafka.consumer({
    groupId: `snews-reconcile-${randomUUID()}`,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`${topic} was not read to its end in time`)),
        PATIENCE_MILLISECONDS,
      );
      const finish = (done: () => void) => {
        clearTimeout(patience);
        done();
      };
      consumer.on('consumer.crash', ({ payload }) => finish(() => reject(payload.error)));
      consumer.on('consumer.group_join', () =>
        consumer.seek({ topic, partition: ALERT_PARTITION, offset: String(begin) }),
      );
      // Said also of stretches that hold nothing but marks and what was called off.
      consumer.on('consumer.end_batch_process', ({ payload: { partition, lastOffset } }) => {
        if (partition === ALERT_PARTITION && BigInt(lastOffset) + 1n >= high) finish(resolve);
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            if (batch.partition !== ALERT_PARTITION) return;
            for (const message of batch.messages) {
              const lost = unreadableBatch(message);
              // Whether an alert is in it nobody knows: one that goes out again is better than none that goes out.
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
