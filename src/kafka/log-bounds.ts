import type { Kafka } from 'kafkajs';

/** The first and the next offset of a partition's log. */
export interface LogBounds {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** Each partition's bounds. @throws KafkaJSError if the topic isn't there, or the broker is away */
export async function logBounds(kafka: Kafka, topic: string): Promise<LogBounds[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const bounds = await admin.fetchTopicOffsets(topic);
    return bounds.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  } finally {
    await admin.disconnect();
  }
}

/** The name that a broker's cluster gave itself when it was made. */
export async function clusterId(kafka: Kafka): Promise<string> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.describeCluster()).clusterId;
  } finally {
    await admin.disconnect();
  }
}

/** Makes what topics are missing, if the broker lets us: else whoever needs one says so. */
export async function makeMissingTopics(kafka: Kafka, topics: readonly string[]): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length > 0)
      await admin.createTopics({ topics: missing.map((topic) => ({ topic })), waitForLeaders: true });
    return missing;
  } finally {
    await admin.disconnect();
  }
}
