import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, inject, test, vi } from 'vitest';
import { permit, send, untilReading, VISITOR } from '../support/kafka/index.js';
import { kafkaSiteForEachTest } from '../support/kafka-service.js';
import { observation } from '../support/load.js';
import { ADMIN_KEY, type ServiceProcess } from '../support/service-process.js';

const brokers = inject('kafkaBrokers') ?? '';
const sasl = inject('kafkaSasl');

const site = kafkaSiteForEachTest(2);
let service: ServiceProcess;

const soon = { timeout: 60_000, interval: 100 };

function tier(uuid: string, fields: object = {}): string {
  return JSON.stringify({ ...observation('JUNO'), uuid, tier: 'CoincidenceTier', ...fields });
}

async function stored(): Promise<readonly string[]> {
  return (await site.query('SELECT uuid::text FROM observation')).rows.map(({ uuid }) => uuid);
}

async function problems(): Promise<readonly string[]> {
  const response = await fetch(`${service.url}/v1/status`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  return ((await response.json()) as { kafka: { problems: string[] } }).kafka.problems;
}

test.skipIf(brokers === '')(
  'a partition whose transactions fail waits, and the others are read on: those of its topic and of the other one',
  async () => {
    service = await site.start();
    const bad = randomUUID();
    await site.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.uuid = '${bad}' THEN RAISE EXCEPTION 'it fails' USING ERRCODE = '22003'; END IF; RETURN NEW; END $$`);
    await site.query('CREATE TRIGGER fail BEFORE INSERT ON observation FOR EACH ROW EXECUTE FUNCTION fail()');
    const { observations, firedrillObservations } = site.topics;
    await send(brokers, observations, [{ partition: 0, value: tier(bad) }]);
    await vi.waitFor(
      async () => expect(await problems()).toEqual([`${observations}/0: its transactions fail and are tried again`]),
      soon,
    );
    // Several fetches, one after the other.
    const good: string[] = [];
    for (let round = 0; round < 3; round++) {
      const [live, drill] = [randomUUID(), randomUUID()];
      await send(brokers, observations, [{ partition: 1, value: tier(live) }]);
      await send(brokers, firedrillObservations, [{ partition: 0, value: tier(drill) }]);
      good.push(live, drill);
      await vi.waitFor(async () => expect(new Set(await stored())).toEqual(new Set(good)), soon);
    }
    await site.query('DROP FUNCTION fail CASCADE');
    await vi.waitFor(async () => expect(new Set(await stored())).toEqual(new Set([bad, ...good])), {
      ...soon,
      timeout: 60_000,
    });
    await untilReading(service);
  },
  180_000,
);

test.skipIf(sasl === undefined)(
  'a topic that the broker hides from us is told by its name, and the other one is read on',
  async () => {
    const { firedrillObservations: hidden, ...topics } = site.topics;
    const own = Object.values(topics);
    const group = site.topics.observations;
    const ids = ['live', 'firedrill', 'test'].map((cache) => `${group}-alerts-${cache}`);
    await permit(brokers, { write: own, read: own, groups: [group], transactionalIds: ids });
    service = await site.start(
      {
        KAFKA_BROKERS: sasl?.brokers,
        KAFKA_SASL_USERNAME: VISITOR.username,
        KAFKA_SASL_PASSWORD: VISITOR.password,
      },
      false,
    );
    await vi.waitFor(
      async () =>
        expect(await problems()).toContainEqual(
          expect.stringMatching(new RegExp(`^no partitions of ${hidden} are assigned to this replica yet \\(.+\\)$`)),
        ),
      soon,
    );
    const uuids = [randomUUID(), randomUUID()];
    for (const [partition, uuid] of uuids.entries()) {
      await send(brokers, site.topics.observations, [{ partition, value: tier(uuid) }]);
    }
    await vi.waitFor(async () => expect(new Set(await stored())).toEqual(new Set(uuids)), soon);
    const read = await problems();
    expect(read.filter((problem) => problem.includes(site.topics.observations))).toEqual([]);
  },
  180_000,
);

test.skipIf(brokers === '')(
  'an aborted transaction is no lag, however many records it had',
  async () => {
    service = await site.start();
    const client = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    const producer = client.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: site.topics.observations,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    // One partition holds nothing else, the other one a record before.
    const uuid = randomUUID();
    await send(brokers, site.topics.observations, [{ partition: 1, value: tier(uuid) }]);
    const transaction = await producer.transaction();
    const messages = [0, 1].flatMap((partition) => [1, 2, 3].map(() => ({ partition, value: tier(randomUUID()) })));
    await transaction.send({ topic: site.topics.observations, messages });
    await transaction.abort();
    await vi.waitFor(async () => expect(await lag()).toBe(0), soon);
    // The service looks at the last record again every 10 s. Nothing may come of it, so that there is no event to wait for.
    await pause(11_000);
    expect(await lag()).toBe(0);
    expect(await stored()).toEqual([uuid]);
    await producer.disconnect();
  },
  180_000,
);

async function lag(): Promise<number> {
  const response = await fetch(`${service.url}/v1/status`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  const { rows } = await site.query(
    `SELECT coalesce(sum(position), 0)::int AS read FROM stream_position WHERE topic = $1`,
    [site.topics.observations],
  );
  const { kafka } = (await response.json()) as { kafka: { lag: number | null } };
  return kafka.lag === null || rows[0].read === 0 ? -1 : kafka.lag;
}
