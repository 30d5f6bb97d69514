import type { Admin, Kafka } from 'kafkajs';

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

/** The next offset of every partition of some topics, and the cluster that they are in. */
export function logEnds(kafka: Kafka, topics: readonly string[]) {
  return administer(kafka, async (admin) => {
    const { clusterId: cluster } = await admin.describeCluster();
    const ends = await Promise.all(
      topics.map(async (topic) => {
        const partitions = await admin.fetchTopicOffsets(topic);
        return partitions.map(({ partition, high }) => ({ topic, partition, end: BigInt(high) }));
      }),
    );
    return { cluster, ends: ends.flat() };
  });
}

/** The name that a broker's cluster gave itself when it was made. */
export function clusterId(kafka: Kafka): Promise<string> {
  return administer(kafka, async (admin) => (await admin.describeCluster()).clusterId);
}

/** Makes what topics are missing, if the broker lets us: else whoever needs one says so. */
export function makeMissingTopics(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  return administer(kafka, async (admin) => {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length > 0)
      await admin.createTopics({ topics: missing.map((topic) => ({ topic })), waitForLeaders: true });
    return missing;
  });
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
