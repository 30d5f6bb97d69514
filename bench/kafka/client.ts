import { randomUUID } from 'node:crypto';
import { type Consumer, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Written } from './messages.js';

const PATIENCE_MILLISECONDS = 60_000;
/** Records per request: more make it too large. */
const PORTION = 1_000;

export function connection(brokers: string): Kafka {
  return new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
}

/** Whoever writes observations and waits for what comes of them, as a detector and as a subscriber. */
export class BenchClient {
  private readonly followed: Consumer[] = [];

  private constructor(
    private readonly kafka: Kafka,
    private readonly producer: Producer,
  ) {}

  static async connect(brokers: string): Promise<BenchClient> {
    const kafka = connection(brokers);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return new BenchClient(kafka, producer);
  }

  async write(topic: string, records: readonly Written[]): Promise<void> {
    for (let i = 0; i < records.length; i += PORTION) {
      await this.producer.send({ topic, messages: records.slice(i, i + PORTION) });
    }
  }

  /** Hears from now on what comes in a topic. */
  async follow(topic: string): Promise<Follower> {
    const follower = new Follower();
    const consumer = this.kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 500 });
    this.followed.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic });
    const reading = new Promise((resolve) => consumer.on('consumer.fetch_start', resolve));
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => follower.hear(String(message.value)),
    });
    await reading;
    return follower;
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
    for (const consumer of this.followed) await consumer.disconnect();
  }
}

/** Hears a topic. */
export class Follower {
  private awaited: ((value: string) => void) | undefined;

  hear(value: string): void {
    this.awaited?.(value);
  }

  /**
   * Milliseconds from the beginning of `work` to the arrival of the first record that is meant.
   * @throws if none comes within a minute
   */
  async time(work: () => Promise<void>, isMeant: (value: string) => boolean = () => true): Promise<number> {
    const began = performance.now();
    const arrived = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('nothing came')), PATIENCE_MILLISECONDS);
      this.awaited = (value) => {
        if (!isMeant(value)) return;
        clearTimeout(timer);
        this.awaited = undefined;
        resolve(performance.now() - began);
      };
    });
    const [time] = await Promise.all([arrived, work()]);
    return time;
  }
}
