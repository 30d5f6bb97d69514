import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { type KafkaBroker, receive, send, startKafka, untilReading } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { observation, post } from '../support/load.js';
import { ADMIN_KEY } from '../support/service-process.js';

const AWAY_MILLISECONDS = Number(process.env.KAFKA_AWAY_SECONDS ?? 8) * 1_000;

let broker: KafkaBroker | undefined;
let site: KafkaSite | undefined;

beforeEach(async () => {
  // A broker of its own: it goes away.
  broker = inject('kafkaBrokers') === undefined ? undefined : await startKafka();
  if (broker !== undefined) site = await kafkaSite(broker.brokers);
});
afterEach(async () => {
  await site?.cleanUp();
  await broker?.stop();
});

test.skipIf(inject('kafkaBrokers') === undefined)(
  'Kafka away at the start and again later: REST serves, /readyz says it, and all catches up alone',
  async () => {
    if (broker === undefined || site === undefined) throw new Error('no broker');
    await broker.kill('SIGKILL');
    const service = await site.start({}, false);
    const readiness = async () => (await fetch(`${service.url}/readyz`)).json();
    const coincide = async () => {
      const neutrino_time_utc = new Date().toISOString();
      for (const name of ['JUNO', 'Super-K']) {
        const message = { ...observation(name), neutrino_time_utc };
        const { status } = await post(`${service.url}/v1/observations`, message, ADMIN_KEY);
        expect(status).toBe(201);
      }
    };
    expect(await readiness()).toMatchObject({ degraded: ['kafka'] });
    await coincide();
    await pause(AWAY_MILLISECONDS);
    await broker.restart();
    await untilReading(service);
    const stored = async () => (await site?.query('SELECT payload FROM alert ORDER BY sequence'))?.rows ?? [];
    const before = await stored();
    expect(before.length).toBeGreaterThan(0);
    await receive(broker.brokers, site.topics.alerts, before.length);

    await broker.kill('SIGKILL');
    await coincide();
    await pause(AWAY_MILLISECONDS);
    await broker.restart();
    const message = { ...observation('DUNE'), tier: 'CoincidenceTier' };
    await send(broker.brokers, site.topics.observations, [{ value: JSON.stringify(message) }]);
    await untilReading(service);
    const heard = () => site?.query(`SELECT FROM observation WHERE detector_name = 'DUNE'`);
    await vi.waitFor(async () => expect((await heard())?.rowCount).toBe(1), { timeout: 60_000, interval: 100 });
    const after = (await stored()).map(({ payload }) => payload);
    expect(after.length).toBeGreaterThan(before.length);
    const published = await receive(broker.brokers, site.topics.alerts, after.length);
    expect(published.map(({ value }) => JSON.parse(String(value)))).toEqual(after);
  },
);
