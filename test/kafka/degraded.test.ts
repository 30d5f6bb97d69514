import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, inject, test, vi } from 'vitest';
import { eventually } from '../support/eventually.js';
import { send, untilReading } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { observation } from '../support/load.js';
import { ADMIN_KEY, type ServiceProcess } from '../support/service-process.js';

const brokers = inject('kafkaBrokers');

/** A service and topics of its own for each test, so that what they wait for overlaps. */
async function withService(use: (site: KafkaSite, service: ServiceProcess) => Promise<void>): Promise<void> {
  const site = await kafkaSite(brokers ?? '');
  try {
    await use(site, await site.start());
  } finally {
    await site.cleanUp();
  }
}

const value = () => JSON.stringify({ ...observation('JUNO'), tier: 'CoincidenceTier' });

async function kafka(service: ServiceProcess) {
  const response = await fetch(`${service.url}/v1/status`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  return (
    (await response.json()) as { kafka: { working: boolean; problems: string[]; lag: number; lag_seconds: number } }
  ).kafka;
}

async function stored(site: KafkaSite): Promise<number> {
  return (await site.query('SELECT FROM observation')).rowCount ?? 0;
}

test.skipIf(brokers === undefined).concurrent(
  'a transaction that somebody leaves open is told as lag, then as what holds the partition, and as neither when it is over',
  () =>
    withService(async (site, service) => {
      const client = new Kafka({ brokers: (brokers ?? '').split(','), logLevel: logLevel.NOTHING });
      const producer = client.producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        transactionalId: site.topics.observations,
        maxInFlightRequests: 1,
        transactionTimeout: 300_000,
      });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic: site.topics.observations, messages: [{ partition: 0, value: value() }] });
      await send(brokers ?? '', site.topics.observations, [{ value: value() }]);
      await vi.waitFor(async () => expect((await kafka(service)).lag).toBe(2), { timeout: 60_000, interval: 200 });
      expect(await stored(site)).toBe(0);
      await vi.waitFor(async () => expect((await kafka(service)).working).toBe(false), {
        timeout: 60_000,
        interval: 200,
      });
      const held = await kafka(service);
      expect(held.problems).toEqual([
        expect.stringMatching(/\/0: an open transaction of somebody else holds it at offset 0/),
      ]);
      expect(held.lag_seconds).toBeGreaterThanOrEqual(25);
      await transaction.abort();
      await producer.disconnect();
      await vi.waitFor(async () => expect(await stored(site)).toBe(1), { timeout: 60_000, interval: 100 });
      await untilReading(service);
      // The mark at the end of the log is nothing that waits.
      await vi.waitFor(
        async () => expect(await kafka(service)).toMatchObject({ working: true, lag: 0, lag_seconds: 0 }),
        {
          timeout: 60_000,
          interval: 200,
        },
      );
    }),
  180_000,
);

test.skipIf(brokers === undefined).concurrent(
  'a partition that is added to a topic is read soon',
  () =>
    withService(async (site) => {
      const admin = new Kafka({ brokers: (brokers ?? '').split(','), logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createPartitions({ topicPartitions: [{ topic: site.topics.observations, count: 2 }] });
      await admin.disconnect();
      const producer = new Kafka({ brokers: (brokers ?? '').split(','), logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      // Until the broker leads it, too.
      await eventually(() =>
        producer.send({ topic: site.topics.observations, messages: [{ partition: 1, value: value() }] }),
      );
      await producer.disconnect();
      // kafkajs looks for new ones every five minutes, if nobody says otherwise.
      await vi.waitFor(async () => expect(await stored(site)).toBe(1), { timeout: 60_000, interval: 100 });
    }),
  120_000,
);
