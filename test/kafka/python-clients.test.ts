import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { until } from '../support/embedded-harness.js';
import { ADMIN_PASSWORD, receive } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { PythonClients } from '../support/python/clients.js';
import { ADMIN_KEY, type ServiceProcess } from '../support/service-process.js';

const brokers = inject('kafkaBrokers') ?? '';
const sasl = inject('kafkaSasl');
const python = inject('python');

const soon = { timeout: 60_000, interval: 100 };

describe.skipIf(sasl === undefined || python === undefined)('snews_pt, unmodified, with this server', () => {
  let clients: PythonClients;
  let site: KafkaSite;
  let service: ServiceProcess;

  beforeEach(async () => {
    if (sasl === undefined || python === undefined) throw new Error('no clients');
    site = await kafkaSite(brokers);
    // The server logs in too.
    service = await site.start({
      KAFKA_BROKERS: sasl.brokers,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: sasl.username,
      KAFKA_SASL_PASSWORD: sasl.password,
    });
    const detector = 'Super-K';
    clients = await PythonClients.make({ python, sasl, topics: site.topics, detector, adminPassword: ADMIN_PASSWORD });
  });

  afterEach(async () => {
    await clients.cleanUp();
    await site.cleanUp();
  });

  const rows = async (statement: string) => (await site.query(statement)).rows;
  const deadLetters = () => rows('SELECT reason, detail FROM dead_letter');

  async function get(path: string): Promise<unknown> {
    const response = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    return await response.json();
  }

  it('publishes every tier, from files and from a program: each takes its effect', async () => {
    const now = new Date().toISOString();
    const detector_name = 'JUNO';
    const sent = await clients.publish([
      ['HeartbeatMessage', { detector_name, detector_status: 'ON' }],
      ['CoincidenceTierMessage', { detector_name, neutrino_time_utc: now, p_val: 0.1 }],
      ['SignificanceTierMessage', { detector_name, p_values: [0.1, 0.2], t_bin_width_sec: 0.5 }],
      ['TimingTierMessage', { detector_name, neutrino_time_utc: now, start_time_utc: now, timing_series: [0, 15, 70] }],
    ]);
    const first = sent.find(([name]) => name === 'CoincidenceTierMessage')?.[1]['uuid'];
    await clients.publish([['RetractionMessage', { detector_name, retract_message_uuid: first }]]);
    await clients.publishFiles([
      { detector_name: 'XENONnT', neutrino_time_utc: now.slice(0, -1), p_val: 0.5 },
      { detector_name: 'XENONnT', retract_latest_n: 1 },
    ]);
    // A timing message is sent as two: the observation in it, and the series.
    const states = () => rows('SELECT detector_name AS name, state FROM observation ORDER BY command');
    await vi.waitFor(
      async () =>
        expect(await states()).toEqual([
          { name: 'JUNO', state: 'retracted' },
          { name: 'JUNO', state: 'active' },
          { name: 'XENONnT', state: 'retracted' },
        ]),
      soon,
    );
    await vi.waitFor(
      async () =>
        expect(await rows(`SELECT kind FROM message WHERE command IS NULL ORDER BY kind`)).toEqual([
          { kind: 'Heartbeat' },
          { kind: 'SignificanceTier' },
          { kind: 'TimingTier' },
        ]),
      soon,
    );
    expect(await get('/v1/detectors/JUNO')).toMatchObject({ status: 'ON' });
    expect(await deadLetters()).toEqual([]);
    expect((await rows('SELECT source FROM message WHERE uuid IS NOT NULL'))[0]?.source).toBeTruthy();
  });

  it('tests the connection, asks for heartbeats and feedback, resets the cache it means', async () => {
    expect(await clients.run(['heartbeat', '--no-firedrill', '--status', 'ON', '-v', '1'])).toContain(
      'Sent message to',
    );
    expect(await clients.run(['test-connection', '--no-firedrill', '--patience', '8'])).toContain(
      'You (Super-K) have a connection to the server',
    );
    const now = new Date().toISOString();
    await clients.publish(
      [true, false].map((is_test) => [
        'CoincidenceTierMessage',
        { detector_name: 'JUNO', neutrino_time_utc: now, is_test },
      ]),
    );
    expect(await clients.run(['reset-cache', '--no-firedrill', '--test'])).toContain('Requesting to Reset the cache');
    expect(await clients.run(['write-hb-logs', '--no-firedrill'])).toContain('Requested logs');
    expect(await clients.run(['get-feedback', '--no-firedrill'], 'shift@example.org\n')).toContain('Expect an email');
    await vi.waitFor(
      async () =>
        expect(await rows('SELECT cache, state FROM observation ORDER BY cache')).toEqual([
          { cache: 'live', state: 'active' },
          { cache: 'test', state: 'reset' },
        ]),
      soon,
    );
    await vi.waitFor(() => expect(service.output).toContain('heartbeats:shown'), soon);
    await vi.waitFor(
      async () => expect(await rows(`SELECT FROM message WHERE kind = 'Get-Feedback'`)).toHaveLength(1),
      soon,
    );
    expect(await deadLetters()).toEqual([]);
  });

  it('plays its seven scenarios into the test cache, and resets it after each', async () => {
    const output = await clients.playScenarios();
    expect(output.match(/>>> Testing/g)).toHaveLength(7);
    await vi.waitFor(
      async () =>
        expect(await rows(`SELECT kind FROM message WHERE kind IN ('CoincidenceTier', 'Reset')`)).toHaveLength(29),
      soon,
    );
    expect(await rows(`SELECT FROM observation WHERE cache <> 'test' OR state <> 'reset'`)).toEqual([]);
    const alerts = await rows('SELECT payload FROM alert ORDER BY sequence');
    expect(alerts.length).toBeGreaterThan(7);
    const published = await receive(brokers, site.topics.connectionTests, alerts.length);
    expect(published.map(({ value }) => JSON.parse(String(value)))).toEqual(alerts.map(({ payload }) => payload));
    expect(await deadLetters()).toEqual([]);
  });

  it.each([
    ['live', [], false],
    ['test', ['--test'], true],
  ] as const)('subscribes, and saves every alert of the %s cache in order', async (_, args, is_test) => {
    const subscription = clients.subscribe(['--no-firedrill', ...args]);
    await subscription.listening();
    const now = Date.now();
    await clients.publish(
      ['JUNO', 'DUNE', 'IceCube', 'Super-K'].map((detector_name, i) => {
        const neutrino_time_utc = new Date(now - 60_000 + i * 1_000).toISOString();
        return ['CoincidenceTierMessage', { detector_name, neutrino_time_utc, p_val: 0.1, is_test }];
      }),
    );
    await until(async () => (await subscription.alerts()).length >= 3);
    const saved = await subscription.alerts();
    expect(saved).toEqual((await rows('SELECT payload FROM alert ORDER BY sequence')).map(({ payload }) => payload));
    expect(saved.map((alert) => (alert['detector_names'] as string[]).length)).toEqual([2, 3, 4]);
    expect(await subscription.stop()).toContain('Done');
  });

  it('takes what is sent again as the same', async () => {
    const uuid = randomUUID();
    const neutrino_time_utc = new Date().toISOString();
    const message = ['CoincidenceTierMessage', { detector_name: 'JUNO', neutrino_time_utc, uuid }] as const;
    for (let i = 0; i < 2; i++) await clients.publish([message]);
    await clients.publish([['CoincidenceTierMessage', { detector_name: 'DUNE', neutrino_time_utc }]]);
    await vi.waitFor(async () => expect(await rows('SELECT FROM alert')).toHaveLength(1), soon);
    expect(await rows('SELECT FROM observation')).toHaveLength(2);
  });
});
