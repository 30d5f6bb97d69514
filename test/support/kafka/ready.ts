import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';

const MOST_SECONDS = 120;

/** Does something as administrator of a broker, without patience. */
export async function administer<Result>(brokers: string, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const kafka = new Kafka({
    clientId: 'snews-tests',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Waits until a broker answers an administrator and takes topics. */
export async function ready(brokers: string, isRunning: () => boolean): Promise<void> {
  const deadline = Date.now() + MOST_SECONDS * 1000;
  while (!(await answers(brokers))) {
    if (!isRunning()) throw new Error('Kafka ended while it started');
    if (Date.now() > deadline) throw new Error(`Kafka is not ready after ${MOST_SECONDS} s`);
    await pause(100);
  }
}

async function answers(brokers: string): Promise<boolean> {
  try {
    // A broker that is not yet admitted to its cluster answers, and names none.
    return (await administer(brokers, (admin) => admin.describeCluster())).brokers.length > 0;
  } catch {
    return false;
  }
}

/**
 * Makes topics, by default of one partition, as the collaboration's are, and in one copy; those that are there already
 * stay.
 */
export async function makeTopics(
  brokers: string,
  names: readonly string[],
  partitions = 1,
  replicationFactor = 1,
): Promise<void> {
  const topics = names.map((topic) => ({
    topic,
    numPartitions: partitions,
    replicationFactor,
    // As before Kafka 4, and as it can be set: records may be stamped with any time.
    configEntries: [{ name: 'message.timestamp.after.max.ms', value: '9223372036854775807' }],
  }));
  const deadline = Date.now() + MOST_SECONDS * 1000;
  for (;;) {
    try {
      await administer(brokers, (admin) => admin.createTopics({ topics, waitForLeaders: true }));
      return;
    } catch (error) {
      // A broker may have made a topic that it does not tell of yet.
      const isTooEarly = (error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION';
      if (!isTooEarly || Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}
