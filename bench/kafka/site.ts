import { randomUUID } from 'node:crypto';
import { type KafkaBroker, makeTopics, startKafka, type Topics, topicsNamed } from '../../test/support/kafka/index.js';

export interface BenchBroker {
  readonly broker: KafkaBroker;
  /** Topics of a server's own. */
  topics(): Promise<Topics>;
}

/** Runs something beside a Kafka of its own. @throws if there is none to be had */
export async function withBroker<Result>(work: (site: BenchBroker) => Promise<Result>): Promise<Result> {
  const broker = await startKafka({ isLasting: true });
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
