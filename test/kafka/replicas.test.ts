import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { checkConsistency } from '../../src/cache/history/consistency-check.js';
import { signal } from '../../src/database/embedded/processes.js';
import { count, receive, send } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { observation } from '../support/load.js';
import type { ServiceProcess } from '../support/service-process.js';

const brokers = inject('kafkaBrokers');
/** Another replica takes over within 10 s; the test machine's own slowness comes on top. */
const TAKEOVER_MILLISECONDS = 60_000;

describe.skipIf(brokers === undefined)('two replicas', () => {
  const broker = brokers ?? '';
  let site: KafkaSite;
  let second = 0;

  beforeEach(async () => {
    site = await kafkaSite(broker, 2);
  });
  afterEach(async () => {
    expect(await checkConsistency(site.databaseUrl, 'live')).toMatchObject({ differences: [], clean: true });
    await site.cleanUp();
  });

  /** Sends a coincidence of two detectors, a message in each partition's turn; far from those before. */
  async function coincide(): Promise<void> {
    second += 60;
    const neutrino_time_utc = new Date(Date.now() - 7_200_000 + second * 1_000).toISOString();
    for (const name of ['JUNO', 'Super-K']) {
      const message = { ...observation(name), neutrino_time_utc, tier: 'CoincidenceTier' };
      await send(broker, site.topics.observations, [{ value: JSON.stringify(message) }]);
    }
  }

  async function published(least: number): Promise<number[]> {
    const alerts = await receive(broker, site.topics.alerts, least);
    return alerts.map(({ value }) => JSON.parse(String(value)).sequence);
  }

  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
  const leads = (service: ServiceProcess) => service.output.includes('"task":"alerts to Kafka","msg":"leadership:won"');

  /** The first leads; both are there. */
  async function startBoth(): Promise<[ServiceProcess, ServiceProcess]> {
    const leader = await site.start();
    expect(leads(leader)).toBe(true);
    const other = await site.start({}, false);
    return [leader, other];
  }

  test('one is killed: the other reads and publishes within seconds, nothing lost or doubled', async () => {
    const [leader, other] = await startBoth();
    await coincide();
    expect(await published(1)).toEqual([1]);
    signal(leader.pid, 'SIGKILL');
    const killed = performance.now();
    await coincide();
    expect(await published(2)).toEqual([1, 2]);
    const took = performance.now() - killed;
    console.info(`another replica had taken over after ${Math.round(took)} ms`);
    expect(took).toBeLessThan(TAKEOVER_MILLISECONDS);
    expect(leads(other)).toBe(true);
  });

  test('the one that publishes stands still, is replaced, and wakes up: it publishes nothing twice', async () => {
    const [leader, other] = await startBoth();
    for (let i = 0; i < 3; i++) await coincide();
    expect(await published(3)).toEqual(upTo(3));
    // With something under way, as far as chance has it.
    const sending = coincide();
    await pause(Math.random() * 60);
    signal(leader.pid, 'SIGSTOP');
    await sending;
    for (let i = 0; i < 3; i++) await coincide();
    expect(await published(7)).toEqual(upTo(7));
    expect(leads(other)).toBe(true);
    signal(leader.pid, 'SIGCONT');
    // What it had under way may fail meanwhile. Nothing may come of it, so that there is no event to wait for.
    await pause(3_000);
    for (let i = 0; i < 3; i++) await coincide();
    expect(await published(10)).toEqual(upTo(10));
    expect(await count(broker, site.topics.alerts)).toBe(10);
    expect((await site.query('SELECT FROM alert')).rowCount).toBe(10);
  });
});
