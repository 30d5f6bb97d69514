import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { until } from '../support/embedded-harness.js';
import { send } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { observation } from '../support/load.js';
import { scrape } from '../support/metrics.js';
import { ADMIN_KEY, type ServiceProcess } from '../support/service-process.js';

const brokers = inject('kafkaBrokers');

describe.skipIf(brokers === undefined)('the canary and the metrics, over Kafka', () => {
  const broker = brokers ?? '';
  const canaryTopic = `snews.canary.${randomUUID().slice(0, 8)}`;
  let site: KafkaSite;
  let service: ServiceProcess;

  beforeAll(async () => {
    site = await kafkaSite(broker);
    service = await site.start({ CANARY_INTERVAL: '5', CANARY_TOPIC: canaryTopic });
  });
  afterAll(() => site.cleanUp());

  const look = () => scrape(service.url, ADMIN_KEY);
  const runs = async (outcome: string) => (await look()).value('snews_canary_runs_total', { outcome }) ?? 0;
  const count = async (from: string) => Number((await site.query(`SELECT count(*) FROM ${from}`)).rows[0].count);
  const message = (name: string, more: object) =>
    JSON.stringify({
      ...observation(name),
      neutrino_time_utc: new Date().toISOString(),
      tier: 'CoincidenceTier',
      ...more,
    });

  test('it runs through the broker, and ignores what others write into its topic', async () => {
    await until(async () => (await runs('alerted')) >= 1, 60);
    const before = await runs('alerted');
    const foreign = ['JUNO', 'Super-K', 'DUNE'].flatMap((name) => [
      { value: message(name, {}) },
      { value: message(name, { is_test: true, meta: { canary: true } }) },
      { value: message(name, { is_firedrill: true }) },
    ]);
    const command = { id: '0_hard-reset', _id: '0_hard-reset', pass: 'the-password-of-the-tests', is_test: true };
    const retraction = { tier: 'Retraction', detector_name: 'JUNO', retract_message_uuid: randomUUID() };
    await send(broker, canaryTopic, [
      ...foreign,
      { value: JSON.stringify(command) },
      { value: JSON.stringify(retraction) },
      { value: 'no message at all' },
    ]);
    // One partition: whoever has alerted twice since has read past them.
    await until(async () => (await runs('alerted')) >= before + 2, 60);

    expect(await runs('failed')).toBe(0);
    const uuids = foreign.map(({ value }) => JSON.parse(value).uuid);
    expect(uuids.every((uuid) => typeof uuid === 'string')).toBe(true);
    expect((await site.query('SELECT 1 FROM snews_canary.message WHERE uuid = ANY ($1)', [uuids])).rows).toEqual([]);
    expect(await count("snews_canary.message WHERE kind NOT IN ('CoincidenceTier', 'Reset', 'Switch')")).toBe(0);
    expect(await count(`snews_canary.message WHERE kind = 'Reset' AND cache <> 'test'`)).toBe(0);
    expect(await count(`snews_canary.alert WHERE cache <> 'test'`)).toBe(0);
    expect(await count('snews_canary.dead_letter')).toBe(0);
    expect(await count('snews_canary.pending_retraction')).toBe(0);
    // Nor anywhere else.
    for (const table of ['observation', 'alert', 'dead_letter', 'pending_retraction'])
      expect(await count(table)).toBe(0);
    expect(await count(`stream_position WHERE topic = '${canaryTopic}'`)).toBe(0);
    expect(await count(`snews_canary.stream_position WHERE topic <> '${canaryTopic}'`)).toBe(0);
  });

  test('messages and dead letters from the observation topic, lag and outbox are told', async () => {
    const time = new Date(Date.now() - 60_000).toISOString();
    const records = ['JUNO', 'Super-K', 'Nowhere'].map((name) => ({
      value: message(name, { is_test: true, neutrino_time_utc: time }),
    }));
    await send(broker, site.topics.observations, [...records, { value: '{' }]);
    await until(
      async () => (await look()).value('snews_alert_latency_seconds_count', { cache: 'test', stage: 'kafka' }) === 1,
      60,
    );
    await until(async () => (await look()).value('snews_dead_letters_total', { reason: 'malformed' }) === 1, 60);
    const metrics = await look();
    const messages = (kind: string, outcome: string, reason = '') =>
      metrics.value('snews_messages_total', { kind, outcome, reason });
    expect(messages('CoincidenceTier', 'accepted')).toBe(2);
    expect(messages('CoincidenceTier', 'refused', 'unprocessable')).toBe(1);
    expect(messages('unknown', 'dead letter', 'malformed')).toBe(1);
    expect(metrics.value('snews_dead_letters_total', { reason: 'unprocessable' })).toBe(1);
    expect(metrics.value('snews_deliveries_total', { sink: 'kafka', outcome: 'delivered' })).toBe(1);
    expect(metrics.value('snews_degraded', { part: 'kafka' })).toBe(0);
    const lag = { topic: site.topics.observations, partition: '0' };
    await until(async () => (await look()).value('snews_kafka_lag_records', lag) === 0);
    await until(async () => (await look()).value('snews_outbox_alerts', { sink: 'kafka' }) === 0);
    expect((await look()).value('snews_outbox_oldest_age_seconds', { sink: 'kafka' })).toBe(0);
  });
});
