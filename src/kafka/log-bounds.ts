import type { Admin, Kafka } from 'kafkajs';
import { highWatermarks } from './high-watermarks.js';

/** The first and the next offset of a partition's log. */
export interface LogBounds {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** Each partition's bounds. @throws KafkaJSError if the topic isn't there, or the broker is away */
export function logBounds(kafka: Kafka, topic: string): Promise<LogBounds[]> {
  return administer(kafka, async (admin) => {
    const bounds = await admin.fetchTopicOffsets(topic);
    return bounds.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  });
}

/**
 * Where every partition of some topics begins and ends, how far its readers get (`stable`: up to the first open
 * transaction), and the cluster that they are in.
 */
export function logEnds(kafka: Kafka, topics: readonly string[]) {
  return administer(kafka, async (admin) => {
    const { clusterId: cluster } = await admin.describeCluster();
    const ends = await Promise.all(
      topics.map(async (topic) => {
        // In this order: what is stable at the first look is not beyond the end at the second.
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

/** The name that a broker's cluster gave itself when it was made. */
export function clusterId(kafka: Kafka): Promise<string> {
  return administer(kafka, async (admin) => (await admin.describeCluster()).clusterId);
}

/** Those of some topics that are not there, or that the broker hides from us. */
export function missingTopics(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  return administer(kafka, (admin) => missing(admin, topics));
}

/** Makes what topics are missing, if the broker lets us: else whoever needs one says so. */
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
 * Whether the broker says that a topic is none of our business, there or not. Nothing is made by asking: only a consumer
 * of kafkajs can ask so. It joins no group.
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

/** Does something with a connection of its own. */
async function administer<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
