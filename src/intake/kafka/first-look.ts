import type { Kafka } from 'kafkajs';
import type { Log } from '../../domain/log.js';
import { clusterId, isHidden, logBounds, missingTopics } from '../../kafka/log-bounds.js';
import type { StreamStarts } from './positions.js';

export interface FirstLookOptions {
  readonly kafka: Kafka;
  /** Those to be read. */
  readonly topics: readonly string[];
  readonly starts: Pick<StreamStarts, 'missing' | 'settleFirst'>;
  readonly log: Log;
}

/**
 * Looks at the topics before they are read: all records that arrive from then on are new, also those that arrive while a
 * topic is missing or the group is being joined.
 * @param make makes the missing topics, if the broker permits it
 * @throws KafkaJSError if the broker is away
 */
export async function lookFirst({ kafka, topics, starts, log }: FirstLookOptions, make: () => Promise<void>) {
  for (const topic of await missingTopics(kafka, topics)) {
    // A topic that the broker hides may hold old records: it starts like any other topic when the broker shows it.
    if (!(await isHidden(kafka, topic))) starts.missing(topic);
  }
  await make();
  const stillMissing = await missingTopics(kafka, topics);
  const cluster = await clusterId(kafka);
  for (const topic of topics.filter((one) => !stillMissing.includes(one))) {
    await starts
      .settleFirst(cluster, topic, () => logBounds(kafka, topic))
      // This is repeated when the partitions are assigned.
      .catch((error) => log.debug({ err: error, topic }, 'kafka:start-not-settled'));
  }
}
