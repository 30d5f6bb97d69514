import { randomUUID } from 'node:crypto';
import { type KafkaBroker, makeTopics, startKafka, type Topics, topicsNamed } from '../../test/support/kafka/index.js';
import { ADMIN_PASSWORD } from './messages.js';

export interface BenchBroker {
  readonly broker: KafkaBroker;
  /** Topics of a server's own. */
  topics(): Promise<Topics>;
}

/** Runs something beside a Kafka of its own. @throws if there is none to be had */
export async function withBroker<Result>(work: (site: BenchBroker) => Promise<Result>): Promise<Result> {
  const broker = await startKafka();
  if (broker === undefined) throw new Error('this part needs Kafka: install Java 17 and Maven, or Docker');
  try {
    return await work({
      broker,
      async topics() {
        const topics = topicsNamed(randomUUID().slice(0, 8));
        await makeTopics(broker.brokers, Object.values(topics));
        return topics;
      },
    });
  } finally {
    await broker.stop();
  }
}

/** What tells the service where to read and publish. */
export function serviceEnvironment({ brokers }: KafkaBroker, topics: Topics): Record<string, string> {
  return {
    KAFKA_BROKERS: brokers,
    KAFKA_GROUP_ID: topics.observations,
    KAFKA_START: 'earliest',
    OBSERVATION_TOPIC: topics.observations,
    FIREDRILL_OBSERVATION_TOPIC: topics.firedrillObservations,
    ALERT_TOPIC: topics.alerts,
    FIREDRILL_ALERT_TOPIC: topics.firedrillAlerts,
    CONNECTION_TEST_TOPIC: topics.connectionTests,
    ADMIN_PASSWORD,
  };
}
