import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IHeaders, Kafka, logLevel, Partitioners } from 'kafkajs';
import { administer } from './ready.js';

/** What stands in a topic. */
export interface Received {
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** What a test writes. */
export interface Sent {
  readonly value: string | Buffer;
  readonly headers?: IHeaders;
  readonly key?: Buffer | null;
  /** POSIX milliseconds, as the record shall have it; by default now. */
  readonly timestamp?: string;
  /** By default any. */
  readonly partition?: number;
}

function client(brokers: string): Kafka {
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
}

/** Writes records to a topic, in order. */
export async function send(brokers: string, topic: string, records: readonly Sent[]): Promise<void> {
  const producer = client(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [...records] });
  await producer.disconnect();
}

/** The first records of a topic, as a subscriber gets them who reads committed records only; waits until there are enough. */
export async function receive(brokers: string, topic: string, count: number): Promise<readonly Received[]> {
  const consumer = client(brokers).consumer({ groupId: randomUUID(), readUncommitted: false });
  const received: Received[] = [];
  const enough = new EventTarget();
  const done = once(enough, 'enough');
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const headers = message.headers as Received['headers'] | undefined;
      received.push({ key: message.key, value: message.value ?? Buffer.alloc(0), headers: headers ?? {} });
      if (received.length === count) enough.dispatchEvent(new Event('enough'));
    },
  });
  await done;
  await consumer.disconnect();
  return received.slice(0, count);
}

/** How many records a subscriber of committed records gets, up to the end that the topic has now. */
export async function count(brokers: string, topic: string): Promise<number> {
  const ends = new Map<number, bigint>();
  for (const { partition, low, high } of await administer(brokers, (admin) => admin.fetchTopicOffsets(topic)))
    if (BigInt(high) > BigInt(low)) ends.set(partition, BigInt(high));
  if (ends.size === 0) return 0;
  const consumer = client(brokers).consumer({ groupId: randomUUID(), readUncommitted: false });
  const ended = new EventTarget();
  const done = once(ended, 'all');
  // Emitted also for batches with nothing but markers and aborted records.
  consumer.on('consumer.end_batch_process', ({ payload: { partition, lastOffset } }) => {
    if (BigInt(lastOffset) + 1n < (ends.get(partition) ?? 0n)) return;
    ends.delete(partition);
    if (ends.size === 0) ended.dispatchEvent(new Event('all'));
  });
  let records = 0;
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async () => {
      records++;
    },
  });
  await done;
  await consumer.disconnect();
  return records;
}
