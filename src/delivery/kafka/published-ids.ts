import type { Kafka } from 'kafkajs';
import { logBounds } from '../../kafka/log-bounds.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';

/** All of a cache's alerts are in this partition, in order. */
export const ALERT_PARTITION = 0;

/** Without progress. */
const PATIENCE_MILLISECONDS = 60_000;

export interface PublishedIdsOptions {
  /** The consumer group to read in: the broker must permit it. Nobody else may read in it at the same time. */
  readonly groupId: string;
  /** Null: from the beginning. */
  readonly from: bigint | null;
  /** How long nothing may come, in milliseconds; by default a minute. */
  readonly patience?: number;
}

/**
 * Ids (32 hexadecimal digits) of the records that were committed to a topic from an offset on. Whoever might still
 * have written must have been fenced off before.
 * @throws if the topic can't be read to its end: nothing has come for a minute
 */
export async function publishedIds(kafka: Kafka, topic: string, options: PublishedIdsOptions): Promise<Set<string>> {
  const { groupId, from, patience: patienceMilliseconds = PATIENCE_MILLISECONDS } = options;
  const ids = new Set<string>();
  const bounds = (await logBounds(kafka, topic)).find(({ partition }) => partition === ALERT_PARTITION);
  if (bounds === undefined) throw new Error(`the topic ${topic} has no partition ${ALERT_PARTITION}`);
  const { low, high } = bounds;
  const begin = from === null || from < low || from > high ? low : from;
  // Behind the last record there is the mark of its transaction, and nothing else.
  if (begin >= high || (begin === from && begin + 1n === high)) return ids;

  const consumer = kafka.consumer({
    groupId,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    // A predecessor that died in it is forgotten soon.
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`${topic} was not read to its end: nothing came for ${patienceMilliseconds / 1000} s`)),
        patienceMilliseconds,
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
        if (partition !== ALERT_PARTITION) return;
        // A long history takes its time.
        patience.refresh();
        if (BigInt(lastOffset) + 1n >= high) finish(resolve);
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
