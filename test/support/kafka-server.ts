import type { TestProject } from 'vitest/node';
import { startKafka } from './kafka/index.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** An Apache Kafka on which tests may make topics; undefined where none can be had: skip then. */
    kafkaBrokers: string | undefined;
    /** Its SASL_PLAINTEXT listener with SCRAM-SHA-512; undefined also for a broker given by KAFKA_BROKERS. */
    kafkaSasl: { readonly brokers: string; readonly username: string; readonly password: string } | undefined;
    /** Its listener with OAUTHBEARER, which takes unsigned tokens; undefined likewise. */
    kafkaOauth: string | undefined;
  }
}

/** One broker for all tests of Kafka: KAFKA_BROKERS, or one of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.KAFKA_BROKERS;
  if (given !== undefined && given !== '') {
    project.provide('kafkaBrokers', given);
    project.provide('kafkaSasl', undefined);
    project.provide('kafkaOauth', undefined);
    return async () => undefined;
  }
  const broker = await startKafka();
  project.provide('kafkaBrokers', broker?.brokers);
  project.provide(
    'kafkaSasl',
    broker && { brokers: broker.saslBrokers, username: broker.username, password: broker.password },
  );
  project.provide('kafkaOauth', broker?.oauthBrokers);
  return async () => await broker?.stop();
}
