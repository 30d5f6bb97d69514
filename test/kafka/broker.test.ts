import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IHeaders, Kafka, type KafkaConfig, logLevel, Partitioners, type ProducerConfig } from 'kafkajs';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type KafkaBroker, makeTopics, startKafka } from '../support/kafka/index.js';

interface Received {
  readonly value: string;
  readonly headers: Record<string, string>;
}

function client(brokers: string, options: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, ...options });
}

async function send(brokers: string, topic: string, values: readonly string[], headers: IHeaders = {}): Promise<void> {
  await produce(brokers, {}, (producer) =>
    producer.send({ topic, messages: values.map((value) => ({ value, headers })) }),
  );
}

async function produce(
  brokers: string,
  options: ProducerConfig,
  work: (producer: ReturnType<Kafka['producer']>) => Promise<unknown>,
): Promise<void> {
  const producer = client(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner, ...options });
  await producer.connect();
  await work(producer);
  await producer.disconnect();
}

/** The first records of a topic, as a subscriber that reads committed records only gets them. */
async function receive(brokers: string, topic: string, count: number): Promise<readonly Received[]> {
  const consumer = client(brokers).consumer({ groupId: randomUUID(), readUncommitted: false });
  const received: Received[] = [];
  const enough = new EventTarget();
  const done = once(enough, 'enough');
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      received.push({ value: String(message.value), headers: Object.fromEntries(headers) });
      if (received.length === count) enough.dispatchEvent(new Event('enough'));
    },
  });
  await done;
  await consumer.disconnect();
  return received;
}

const values = (received: readonly Received[]) => received.map(({ value }) => value);

describe.skipIf(inject('kafkaBrokers') === undefined)('the broker for tests', () => {
  const brokers = inject('kafkaBrokers') ?? '';

  it('carries records with their headers', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    await send(brokers, topic, ['one'], { _format: 'json', _sender: 'alice' });
    expect(await receive(brokers, topic, 1)).toEqual([
      { value: 'one', headers: { _format: 'json', _sender: 'alice' } },
    ]);
  });

  it('hides what an aborted transaction wrote', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    await produce(brokers, { transactionalId: topic, maxInFlightRequests: 1, idempotent: true }, async (producer) => {
      const aborted = await producer.transaction();
      await aborted.send({ topic, messages: [{ value: 'aborted' }] });
      await aborted.abort();
      const committed = await producer.transaction();
      await committed.send({ topic, messages: [{ value: 'committed' }] });
      await committed.commit();
    });
    expect(values(await receive(brokers, topic, 1))).toEqual(['committed']);
  });

  it.skipIf(inject('kafkaSasl') === undefined)('lets in who knows the password, and nobody else', async () => {
    const sasl = inject('kafkaSasl');
    if (sasl === undefined) throw new Error('no SASL listener');
    const logIn = async (password: string) => {
      const admin = client(sasl.brokers, {
        sasl: { mechanism: 'scram-sha-512', username: sasl.username, password },
        retry: { retries: 0 },
      }).admin();
      try {
        await admin.connect();
        return (await admin.describeCluster()).brokers.length;
      } finally {
        await admin.disconnect();
      }
    };
    expect(await logIn(sasl.password)).toBe(1);
    await expect(logIn(`${sasl.password}!`)).rejects.toThrow(/authentication/i);
  });
});

describe.skipIf(inject('kafkaBrokers') === undefined)('a broker of a test’s own', () => {
  let broker: KafkaBroker | undefined;

  afterEach(async () => await broker?.stop());

  it('keeps committed records over kill -9', async ({ skip }) => {
    broker = await startKafka({ topics: ['observations'] });
    if (broker === undefined) return skip();
    await send(broker.brokers, 'observations', ['before']);
    await broker.kill('SIGKILL');
    await expect(
      client(broker.brokers, { retry: { retries: 0 } })
        .producer()
        .connect(),
    ).rejects.toThrow(/ECONNREFUSED/);
    await broker.restart();
    await send(broker.brokers, 'observations', ['after']);
    expect(values(await receive(broker.brokers, 'observations', 2))).toEqual(['before', 'after']);
  });
});
