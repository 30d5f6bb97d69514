import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { auditCache } from '../../src/cache/audit.js';
import { signal } from '../../src/database/embedded/processes.js';
import { CACHE_NAMES } from '../../src/domain/cache-name.js';
import { count, type KafkaBroker, receive, startKafka } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import type { ServiceProcess } from '../support/service-process.js';

const MESSAGES = Number(process.env.KAFKA_CHAOS_MESSAGES ?? 600);
const SERVICE_KILLS = Number(process.env.KAFKA_CHAOS_KILLS ?? 4);
const BROKER_KILLS = Number(process.env.KAFKA_CHAOS_BROKER_KILLS ?? 1);
const PARTITIONS = 3;
const DETECTORS = ['JUNO', 'DUNE', 'IceCube', 'Super-K', 'SNO+', 'KM3NeT'];
const BROKER_PATIENCE = 240_000;

let broker: KafkaBroker | undefined;
let site: KafkaSite;

beforeEach(async () => {
  // A broker of its own: it dies.
  broker = inject('kafkaBrokers') === undefined ? undefined : await startKafka();
  if (broker !== undefined) site = await kafkaSite(broker.brokers, PARTITIONS);
});
afterEach(async () => {
  await site?.cleanUp();
  await broker?.stop();
});

/** Observations of all detectors, several of which coincide now and then; one in ten is withdrawn again. */
function script(): { uuid: string; value: string }[] {
  const begin = Date.now() - 40 * 3_600_000;
  const sent: string[] = [];
  return Array.from({ length: MESSAGES }, (_, i) => {
    const uuid = randomUUID();
    const detector_name = DETECTORS[i % DETECTORS.length] as string;
    const observed = sent[Math.max(0, i - 30)];
    if (i % 10 === 9 && observed !== undefined) {
      const named = DETECTORS[Math.max(0, i - 30) % DETECTORS.length];
      sent.push('');
      const message = {
        tier: 'Retraction',
        uuid,
        detector_name: named,
        retract_message_uuid: observed || randomUUID(),
      };
      return { uuid, value: JSON.stringify(message) };
    }
    sent.push(uuid);
    const neutrino_time_utc = new Date(begin + Math.floor(i / 4) * 37_000 + (i % 4) * 2_000).toISOString();
    return {
      uuid,
      value: JSON.stringify({ tier: 'CoincidenceTier', uuid, detector_name, neutrino_time_utc, p_val: 0.1 }),
    };
  });
}

test.skipIf(inject('kafkaBrokers') === undefined)(
  `${SERVICE_KILLS} kills of the service and ${BROKER_KILLS} of the broker under ${MESSAGES} messages: each takes effect once`,
  async () => {
    if (broker === undefined) throw new Error('no broker');
    let service = await site.start({ CACHE_EXPIRATION: '864000' });
    const messages = script();
    const producing = produce(broker.brokers, site.topics.observations, messages);

    const deaths = [
      ...Array.from({ length: SERVICE_KILLS }, () => 'service' as const),
      ...Array.from({ length: BROKER_KILLS }, () => 'broker' as const),
    ].sort(() => Math.random() - 0.5);
    for (const [i, death] of deaths.entries()) {
      await stored(Math.floor((MESSAGES * (i + 0.5)) / (deaths.length + 1)));
      await pause(Math.random() * 200);
      service = death === 'service' ? await killService(service) : await killBroker(service);
    }
    await producing;
    await stored(MESSAGES);

    const uuids = messages.map(({ uuid }) => uuid).sort();
    const { rows } = await site.query(`SELECT uuid::text FROM message WHERE source LIKE 'kafka:%' ORDER BY uuid::text`);
    expect(rows.map(({ uuid }) => uuid)).toEqual(uuids);
    expect((await site.query('SELECT FROM dead_letter')).rowCount).toBe(0);
    for (const cache of CACHE_NAMES) {
      expect(await auditCache(site.databaseUrl, cache)).toMatchObject({ differences: [], clean: true, replayed: true });
    }
    const alerts = (await site.query('SELECT payload FROM alert ORDER BY sequence')).rows.map(({ payload }) => payload);
    expect(alerts.length).toBeGreaterThan(MESSAGES / 10);
    // One more would be a double.
    const published = await receive(broker.brokers, site.topics.alerts, alerts.length);
    expect(published.map(({ value }) => JSON.parse(String(value)))).toEqual(alerts);
    expect(await count(broker.brokers, site.topics.alerts)).toBe(alerts.length);
    console.info(`${deaths.join(', ')} killed under ${MESSAGES} messages: ${alerts.length} alerts, each once`);
  },
  300_000 + (SERVICE_KILLS + BROKER_KILLS) * 40_000,
);

/** Paced, so that the kills fall into it; the producer itself tries again and doubles nothing. */
async function produce(brokers: string, topic: string, messages: readonly { value: string }[]): Promise<void> {
  const kafka = new Kafka({
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 100, maxRetryTime: 1_000 },
  });
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: Number.MAX_SAFE_INTEGER, maxRetryTime: 1_000 },
  });
  await producer.connect();
  for (const [i, { value }] of messages.entries()) {
    await producer.send({ topic, messages: [{ value, partition: i % PARTITIONS }] });
    await pause(5);
  }
  await producer.disconnect();
}

/** Waits until so many messages have taken effect. */
async function stored(least: number): Promise<void> {
  const deadline = Date.now() + BROKER_PATIENCE;
  for (;;) {
    const { rows } = await site.query(`SELECT count(*)::int AS n FROM message WHERE source LIKE 'kafka:%'`);
    if (rows[0].n >= least) return;
    if (Date.now() > deadline) throw new Error(`only ${rows[0].n} of ${least} messages took effect`);
    await pause(20);
  }
}

async function killService(service: ServiceProcess): Promise<ServiceProcess> {
  signal(service.pid, 'SIGKILL');
  await service.ended;
  return await site.start({ CACHE_EXPIRATION: '864000' }, false);
}

async function killBroker(service: ServiceProcess): Promise<ServiceProcess> {
  await broker?.kill('SIGKILL');
  await pause(500);
  await broker?.restart();
  return service;
}
