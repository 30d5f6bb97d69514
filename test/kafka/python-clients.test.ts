import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { until } from '../support/embedded-harness.js';
import { makeTopics, type Received, receive, send, type Topics, topicsNamed } from '../support/kafka/index.js';
import { PythonClients } from '../support/python/clients.js';

const PASSWORD = 'admin-password-of-the-tests';
const ALERTS = new URL('../fixtures/alerts.jsonl', import.meta.url);

const brokers = inject('kafkaBrokers') ?? '';
const sasl = inject('kafkaSasl');
const python = inject('python');

/** The class of a pickled message: as much as can be told without reading the pickle. */
function pickledClass({ value, headers }: Received): string | undefined {
  expect(headers['_format']?.toString()).toBe('blob');
  expect(headers['_sender']?.toString()).toBe(sasl?.username);
  expect(headers['_id']).toHaveLength(16);
  return /snews\.models\.messages.{1,9}?([A-Z]\w+Message)/s.exec(value.toString('latin1'))?.[1];
}

function json({ value, headers }: Received): unknown {
  expect(headers['_format']?.toString()).toBe('json');
  return JSON.parse(value.toString());
}

describe.skipIf(sasl === undefined || python === undefined)('snews_pt, unmodified,', () => {
  let clients: PythonClients;
  let topics: Topics;

  beforeEach(async () => {
    if (sasl === undefined || python === undefined) throw new Error('no clients');
    topics = topicsNamed(randomUUID());
    await makeTopics(brokers, Object.values(topics));
    clients = await PythonClients.make({ python, sasl, topics, detector: 'Super-K', adminPassword: PASSWORD });
  });

  afterEach(async () => await clients.cleanUp());

  const observations = (count: number) => receive(brokers, topics.observations, count);

  it('publishes files of messages as pickles', async () => {
    const output = await clients.publishFiles([
      { detector_name: 'XENONnT', neutrino_time_utc: '2030-01-01T12:34:45.678999', p_val: 0.5, is_test: true },
      { detector_name: 'XENONnT', retract_latest_n: 1, is_test: true },
    ]);
    expect(output.match(/Sent message to/g)).toHaveLength(2);
    expect((await observations(2)).map(pickledClass)).toEqual(['CoincidenceTierMessage', 'RetractionMessage']);
  });

  it('publishes every tier from a program, and a timing message also as an observation with the same uuid', async () => {
    const now = new Date().toISOString();
    const detector_name = 'JUNO';
    const sent = await clients.publish([
      ['HeartbeatMessage', { detector_name, detector_status: 'ON' }],
      ['CoincidenceTierMessage', { detector_name, neutrino_time_utc: now, p_val: 0.1 }],
      ['SignificanceTierMessage', { detector_name, p_values: [0.1, 0.2], t_bin_width_sec: 0.5 }],
      ['TimingTierMessage', { detector_name, neutrino_time_utc: now, start_time_utc: now, timing_series: [0, 15, 70] }],
      ['RetractionMessage', { detector_name, retract_message_uuid: randomUUID() }],
    ]);
    const classes = sent.map(([name]) => name);
    expect(classes).toEqual([
      'HeartbeatMessage',
      'CoincidenceTierMessage',
      'SignificanceTierMessage',
      'CoincidenceTierMessage',
      'TimingTierMessage',
      'RetractionMessage',
    ]);
    expect(sent[3]?.[1]['uuid']).toBe(sent[4]?.[1]['uuid']);
    const received = await observations(6);
    expect(received.map(pickledClass)).toEqual(classes);
    for (const [index, { value }] of received.entries()) {
      expect(value.includes(String(sent[index]?.[1]['uuid']))).toBe(true);
    }
  });

  it('sends heartbeats, commands with the password, and its test of the connection', async () => {
    expect(await clients.run(['heartbeat', '--no-firedrill', '--status', 'ON', '-v', '1'])).toContain(
      'Sent message to',
    );
    expect(await clients.run(['reset-cache', '--no-firedrill', '--test'])).toContain('Requesting to Reset the cache');
    expect(await clients.run(['write-hb-logs', '--no-firedrill'])).toContain('Requested logs');
    expect(await clients.run(['get-feedback', '--no-firedrill'], 'shift@example.org\n')).toContain('Expect an email');
    const unanswered = await clients.run(['test-connection', '--no-firedrill', '--patience', '1']);
    expect(unanswered).toContain("couldn't get a confirmation");

    const [heartbeat, reset, display, feedback, connection] = await observations(5);
    if (!heartbeat || !reset || !display || !feedback || !connection) throw new Error('too few records');
    expect(pickledClass(heartbeat)).toBe('HeartbeatMessage');
    const common = { detector_name: 'Super-K', meta: {} };
    expect(json(reset)).toEqual({ ...common, _id: '0_hard-reset', pass: PASSWORD, is_test: true });
    expect(json(display)).toEqual({ ...common, _id: '0_display-heartbeats', pass: PASSWORD });
    expect(json(feedback)).toEqual({ ...common, _id: '0_Get-Feedback', email: 'shift@example.org' });
    // JSON within JSON; what comes in already says "received".
    expect(JSON.parse(String(json(connection)))).toMatchObject({
      id: '0_test-connection',
      tier: 'Heartbeat',
      meta: { status: 'received' },
    });
  });

  it('plays its seven scenarios into the test cache, and resets it after each', async () => {
    const output = await clients.playScenarios();
    expect(output.match(/>>> Testing/g)).toHaveLength(7);
    const kinds = (await observations(29)).map((record) =>
      record.headers['_format']?.toString() === 'json' ? json(record) : pickledClass(record),
    );
    expect(kinds.filter((kind) => kind === 'CoincidenceTierMessage')).toHaveLength(22);
    expect(kinds.at(-1)).toMatchObject({ _id: '0_hard-reset', pass: PASSWORD, is_test: true });
  });

  it('saves every alert, in order, but none that is marked as hop’s test', async () => {
    const alerts = (await readFile(ALERTS, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).value as Record<string, unknown>);
    const subscription = clients.subscribe();
    await subscription.listening();
    const headers = { _format: 'json' };
    await send(brokers, topics.alerts, [
      { value: JSON.stringify({ id: 'a test' }), headers: { ...headers, _test: 'true' } },
      ...alerts.map((alert) => ({ value: JSON.stringify(alert), headers })),
    ]);
    await until(async () => (await subscription.alerts()).length >= alerts.length);
    expect(await subscription.alerts()).toEqual(alerts);
    expect(await subscription.stop()).toContain('Done');
  });
});
