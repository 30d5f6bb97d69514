import type { Admin, Kafka } from 'kafkajs';
import { highWatermarks } from './high-watermarks.js';

/** The first offset of a partition's log, and the offset of the next record. */
export interface LogBounds {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** The bounds of each partition. @throws KafkaJSError if the topic does not exist, or the broker is away */
export function logBounds(kafka: Kafka, topic: string): Promise<LogBounds[]> {
  return administer(kafka, async (admin) => {
    const bounds = await admin.fetchTopicOffsets(topic);
    return bounds.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  });
}

/**
 * The bounds of every partition of some topics, their last stable offsets (`stable`: consumers get no records beyond the
 * first open transaction), and the cluster's id.
 */
export function logEnds(kafka: Kafka, topics: readonly string[]) {
  return administer(kafka, async (admin) => {
    const { clusterId: cluster } = await admin.describeCluster();
    const ends = await Promise.all(
      topics.map(async (topic) => {
        // In this order the last stable offset is not beyond the end.
        const readable = await admin.fetchTopicOffsets(topic);
        const stored = await highWatermarks(() => admin.fetchTopicOffsets(topic));
        const stable = new Map(readable.map(({ partition, high }) => [partition, BigInt(high)]));
        return stored.map(({ partition, low, high }) => {
          const end = BigInt(high);
          return { topic, partition, low: BigInt(low), stable: stable.get(partition) ?? end, end };
        });
      }),
    );
    return { cluster, ends: ends.flat() };
  });
}

/** The id of the broker's cluster. */
export function clusterId(kafka: Kafka): Promise<string> {
  return administer(kafka, async (admin) => (await admin.describeCluster()).clusterId);
}

/** Those of some topics that don't exist, or that the broker hides from this user. */
export function missingTopics(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  return administer(kafka, (admin) => missing(admin, topics));
}

/** Makes the missing topics. @returns their names @throws KafkaJSError also if the broker does not permit it */
export function makeMissingTopics(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  return administer(kafka, async (admin) => {
    const made = await missing(admin, topics);
    if (made.length > 0) await admin.createTopics({ topics: made.map((topic) => ({ topic })), waitForLeaders: true });
    return made;
  });
}

async function missing(admin: Admin, topics: readonly string[]): Promise<string[]> {
  const known = new Set(await admin.listTopics());
  return topics.filter((topic) => !known.has(topic));
}

/**
 * True if the broker denies this user access to a topic, whether the topic exists or not. Only a consumer of kafkajs can
 * ask without making the topic. It joins no group.
 */
export async function isHidden(kafka: Kafka, topic: string): Promise<boolean> {
  const asking = kafka.consumer({ groupId: 'none', allowAutoTopicCreation: false });
  try {
    await asking.connect();
    await asking.subscribe({ topic });
    return false;
  } catch (error) {
    const type = (error as { readonly type?: string }).type;
    if (type === 'TOPIC_AUTHORIZATION_FAILED') return true;
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
    throw error;
  } finally {
    await asking.disconnect();
  }
}

/** Does some work with an admin client that is connected for it. */
async function administer<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
