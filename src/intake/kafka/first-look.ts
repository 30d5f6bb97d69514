import type { Kafka } from 'kafkajs';
import { clusterId, isHidden, logBounds, missingTopics } from '../../kafka/log-bounds.js';
import type { StreamStarts } from './positions.js';

export interface FirstLookOptions {
  readonly kafka: Kafka;
  /** Those that are read. */
  readonly topics: readonly string[];
  readonly starts: StreamStarts;
  readonly log: Log;
}

interface Log {
  debug(details: object, message: string): void;
}

/**
 * Looks at the topics before they are read: what comes into them from then on is news, also while one is missing or the
 * group is being joined.
 * @param make makes what topics are missing, if the broker lets us
 * @throws KafkaJSError if the broker is away
 */
export async function lookFirst({ kafka, topics, starts, log }: FirstLookOptions, make: () => Promise<void>) {
  for (const topic of await missingTopics(kafka, topics)) {
    // One that the broker doesn't show us may be old: it begins as if it had been seen when it is shown.
    if (!(await isHidden(kafka, topic))) starts.missing(topic);
  }
  await make();
  const stillMissing = await missingTopics(kafka, topics);
  const cluster = await clusterId(kafka);
  for (const topic of topics.filter((one) => !stillMissing.includes(one))) {
    await starts
      .settleFirst(cluster, topic, () => logBounds(kafka, topic))
      // It is tried again when its partitions are assigned.
      .catch((error) => log.debug({ err: error, topic }, 'kafka:start-not-settled'));
  }
}
