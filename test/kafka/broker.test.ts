import { randomUUID } from 'node:crypto';
import { Kafka, type KafkaConfig, logLevel, Partitioners } from 'kafkajs';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { type KafkaBroker, makeTopics, type Received, receive, send, startKafka } from '../support/kafka/index.js';

function client(brokers: string, options: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, ...options });
}

const texts = (received: readonly Received[]) => received.map(({ value }) => value.toString());

describe.skipIf(inject('kafkaBrokers') === undefined)('the broker for tests', () => {
  const brokers = inject('kafkaBrokers') ?? '';

  it('carries records with their headers', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    await send(brokers, topic, [{ value: 'one', headers: { _format: 'json', _id: Buffer.of(0, 255) } }]);
    expect(await receive(brokers, topic, 1)).toEqual([
      { key: null, value: Buffer.from('one'), headers: { _format: Buffer.from('json'), _id: Buffer.of(0, 255) } },
    ]);
  });

  it('hides what an aborted transaction wrote', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    const producer = client(brokers).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: topic,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ value: 'aborted' }] });
    await aborted.abort();
    const committed = await producer.transaction();
    await committed.send({ topic, messages: [{ value: 'committed' }] });
    await committed.commit();
    await producer.disconnect();
    expect(texts(await receive(brokers, topic, 1))).toEqual(['committed']);
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
    await send(broker.brokers, 'observations', [{ value: 'before' }]);
    await broker.kill('SIGKILL');
    await expect(
      client(broker.brokers, { retry: { retries: 0 } })
        .producer()
        .connect(),
    ).rejects.toThrow(/ECONNREFUSED/);
    await broker.restart();
    await send(broker.brokers, 'observations', [{ value: 'after' }]);
    expect(texts(await receive(broker.brokers, 'observations', 2))).toEqual(['before', 'after']);
  });
});
