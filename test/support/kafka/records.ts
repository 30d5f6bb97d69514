import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type IHeaders, Kafka, logLevel, Partitioners } from 'kafkajs';

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

/** How many records a subscriber of committed records gets before nothing comes any more for some seconds. */
export async function count(brokers: string, topic: string, quietSeconds = 4): Promise<number> {
  const consumer = client(brokers).consumer({ groupId: randomUUID(), readUncommitted: false });
  let records = 0;
  let last = performance.now();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async () => {
      records++;
      last = performance.now();
    },
  });
  while (performance.now() - last < quietSeconds * 1000) await pause(100);
  await consumer.disconnect();
  return records;
}
