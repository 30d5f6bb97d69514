import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import {
  ADMIN_PASSWORD,
  type KafkaBroker,
  makeTopics,
  receive,
  send,
  startKafka,
  untilReading,
} from '../support/kafka/index.js';
import { kafkaSiteForEachTest } from '../support/kafka-service.js';
import { freePort, type ServiceProcess } from '../support/service-process.js';

const BEGIN = Math.floor(Date.now() / 1000) * 1000 - 60_000;
const soon = { timeout: 60_000, interval: 50 };

const site = kafkaSiteForEachTest();
let other: KafkaBroker | undefined;
beforeEach(async () => {
  if (inject('kafkaBrokers') === undefined) return;
  other = await startKafka();
  if (other !== undefined) await makeTopics(other.brokers, Object.values(site.topics));
});
afterEach(() => other?.stop());

function observation(detector_name: string, second: number): { value: string } {
  const neutrino_time_utc = new Date(BEGIN + second * 1000).toISOString();
  return { value: JSON.stringify({ tier: 'CoincidenceTier', uuid: randomUUID(), detector_name, neutrino_time_utc }) };
}

function change(new_broker: unknown, pass: string = ADMIN_PASSWORD): { value: string } {
  return { value: JSON.stringify({ _id: '0_broker-change', pass, detector_name: 'JUNO', new_broker, meta: {} }) };
}

test.skipIf(inject('kafkaBrokers') === undefined)(
  'a command changes the brokers of all replicas, for good, if they are allowed and answer',
  async () => {
    const first = inject('kafkaBrokers') ?? '';
    const second = other?.brokers ?? '';
    const dead = `127.0.0.1:${await freePort()}`;
    const allowed = { ALLOWED_BROKERS: `${dead},${second}` };
    const service = await site.start(allowed);
    const replica = await site.start(allowed);
    const { observations } = site.topics;

    await send(first, observations, [
      change('kafka://127.0.0.1:9/other'),
      change(`kafka://${second}/other`, 'a guess'),
      change('not a broker'),
      change(`kafka://${dead}/other`),
      observation('JUNO', 0),
    ]);
    const outcomes = async () =>
      (await site.query('SELECT brokers, outcome FROM broker_change ORDER BY decided_at')).rows;
    await vi.waitFor(async () => expect(await outcomes()).toEqual([{ brokers: [dead], outcome: 'unreachable' }]), soon);
    expect((await site.query('SELECT reason, detail FROM dead_letter ORDER BY id')).rows).toEqual([
      { reason: 'forbidden', detail: 'The brokers were not changed: 127.0.0.1:9 must stand in ALLOWED_BROKERS.' },
      { reason: 'forbidden', detail: 'The command 0_broker-change was not carried out: its password is wrong.' },
      { reason: 'invalid', detail: expect.stringContaining('new_broker') },
    ]);

    await send(first, observations, [observation('DUNE', 1), change(`kafka://snews@${second}/other`)]);
    const areChanged = (...services: ServiceProcess[]) =>
      vi.waitFor(() => {
        for (const { output } of services) expect(output).toContain('kafka:brokers-changed');
      }, soon);
    await areChanged(service, replica);
    expect(await receive(first, site.topics.alerts, 1)).toHaveLength(1);
    await Promise.all([untilReading(service), untilReading(replica)]);
    await send(second, observations, [observation('LZ', 2)]);
    const [alert] = await receive(second, site.topics.alerts, 1);
    expect(JSON.parse(String(alert?.value))).toMatchObject({ sequence: 2, detector_names: ['JUNO', 'DUNE', 'LZ'] });

    // It outlives both; what the first broker got meanwhile isn't read.
    for (const stopped of [service, replica]) {
      stopped.send('SIGTERM');
      expect(await stopped.ended).toEqual({ code: 0, signal: null });
    }
    await send(first, observations, [observation('SNO+', 3)]);
    const again = await site.start(allowed);
    await send(second, observations, [observation('XENONnT', 4)]);
    expect(await receive(second, site.topics.alerts, 2)).toHaveLength(2);

    // And back: the first one's reader goes on where it was.
    await send(second, observations, [change(first)]);
    await areChanged(again);
    expect(JSON.parse(String((await receive(first, site.topics.alerts, 2))[1]?.value))).toMatchObject({
      sequence: 4,
      detector_names: ['JUNO', 'DUNE', 'LZ', 'SNO+', 'XENONnT'],
    });
    expect((await outcomes()).map(({ outcome }) => outcome)).toEqual(['unreachable', 'changed', 'changed']);
  },
);
