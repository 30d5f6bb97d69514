import { randomUUID } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompressionTypes, Partitioners } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { publishedIds } from '../../src/delivery/kafka/published-ids.js';
import { createKafka } from '../../src/kafka/client.js';
import { MOST_BYTES } from '../../src/kafka/records/record-batch.js';
import { javaProducer, librdkafka } from '../support/compressing-producers.js';
import { send } from '../support/kafka/index.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { silentLog } from '../support/logs.js';
import type { ServiceProcess } from '../support/service-process.js';

const brokers = inject('kafkaBrokers');
const python = inject('python');
const java = brokers === undefined ? undefined : await javaProducer();

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd', 'none'] as const;
/** As the protocol numbers what can be configured. */
const TOPIC_RESOURCE = 2;
const soon = { timeout: 60_000, interval: 50 };

/** An observation of the test cache, with something in it that can be made smaller. */
function observation(second: number, uuid: string = randomUUID()): string {
  return JSON.stringify({
    tier: 'CoincidenceTier',
    uuid,
    detector_name: second % 2 === 0 ? 'HALO' : 'Super-K',
    neutrino_time_utc: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000 + second * 1000).toISOString(),
    is_test: true,
    meta: { pad: 'x'.repeat(500) },
  });
}

describe.skipIf(brokers === undefined)('what producers compress', () => {
  const broker = brokers ?? '';
  const kafka = createKafka({ brokers: [broker], ssl: false, sasl: undefined }, silentLog);
  let site: KafkaSite;
  let service: ServiceProcess;

  beforeEach(async () => {
    site = await kafkaSite(broker, 2);
  });
  afterEach(() => site.cleanUp());

  const uuids = async () =>
    (await site.query('SELECT uuid FROM observation ORDER BY uuid')).rows.map(({ uuid }) => uuid);
  const letters = async () =>
    (await site.query('SELECT partition, position::int, reason, detail, value FROM dead_letter ORDER BY 2')).rows;

  async function brokerCompresses(topic: string): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'compression.type', value: 'zstd' }];
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: TOPIC_RESOURCE, name: topic, configEntries }],
    });
    await admin.disconnect();
  }

  /** Each of these as a batch of its own, into partitions 0 and 1 by turns. */
  async function sendApart(topic: string, values: readonly (string | Buffer)[], compression = CompressionTypes.None) {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    for (const [i, value] of values.entries()) {
      await producer.send({ topic, compression, messages: [{ value, partition: i % 2 }] });
    }
    await producer.disconnect();
  }

  test.each([
    ['librdkafka', python === undefined ? undefined : librdkafka(python)],
    ['Java', java],
  ])('%s is read in every form', async (_, produce) => {
    if (produce === undefined) return;
    service = await site.start();
    const written: string[] = [];
    for (const [i, codec] of CODECS.entries()) {
      const three = [0, 1, 2].map(() => randomUUID());
      const lines = three.map((uuid, n) => observation(10 * i + n, uuid));
      await produce(broker, site.topics.observations, codec, lines);
      written.push(...three);
    }
    await vi.waitFor(async () => expect(await uuids()).toEqual(written.toSorted()), soon);
    expect(await letters()).toEqual([]);
  });

  test('topics that the broker itself compresses are read, those of alerts too', async () => {
    for (const topic of Object.values(site.topics)) await brokerCompresses(topic);
    service = await site.start();
    const two = [randomUUID(), randomUUID()];
    await send(broker, site.topics.observations, [
      { value: observation(0, two[0]) },
      { value: observation(1, two[1]) },
    ]);
    await vi.waitFor(async () => expect(await uuids()).toEqual(two.toSorted()), soon);
    const alerts = async () => (await site.query('SELECT id FROM alert')).rows.map(({ id }) => id);
    await vi.waitFor(async () => expect(await alerts()).toHaveLength(1), soon);
    // Of the test cache: they go to this topic.
    const published = () => publishedIds(kafka, site.topics.connectionTests, { groupId: randomUUID(), from: null });
    const [id] = (await alerts()).map((alert: string) => alert.replaceAll('-', ''));
    await vi.waitFor(async () => expect([...(await published())]).toEqual([id]), soon);
  });

  test('a batch that yields too much is passed over loudly, and all that is beside and behind it is taken', async () => {
    service = await site.start();
    const { observations } = site.topics;
    const beside = [randomUUID(), randomUUID(), randomUUID()];
    await sendApart(observations, [Buffer.alloc(MOST_BYTES, 'x')], CompressionTypes.GZIP);
    await sendApart(
      observations,
      beside.map((uuid, i) => observation(i, uuid)),
    );
    await vi.waitFor(async () => expect(await uuids()).toEqual(beside.toSorted()), soon);
    expect(await letters()).toMatchObject([
      {
        partition: 0,
        position: 0,
        reason: 'unreadable batch',
        detail: expect.stringMatching(
          /^The records 0 to 0 can not be read \(\d+ bytes, compression: gzip\): more than/,
        ),
        value: expect.objectContaining({ length: 61 }),
      },
    ]);
    // It is told after the commit.
    await vi.waitFor(() => expect(service.output).toMatch(/"level":50,.*kafka:batch-unreadable/), soon);
    const { rows } = await site.query('SELECT partition, position::int FROM stream_position WHERE topic = $1', [
      observations,
    ]);
    expect(rows.toSorted((one, other) => one.partition - other.partition)).toEqual([
      { partition: 0, position: 3 },
      { partition: 1, position: 1 },
    ]);
  });

  test('a batch that is damaged on the disk is passed over once it was read again and again', async () => {
    const { observations } = site.topics;
    const sent = Array.from({ length: 6 }, () => randomUUID());
    const values = sent.map((uuid, i) => observation(i, uuid));
    await sendApart(observations, values);
    // The second of the first partition.
    const damaged = sent[2] ?? '';
    if (!(await damageSegment(observations, damaged))) return;
    service = await site.start();
    const others = sent.filter((uuid) => uuid !== damaged);
    await vi.waitFor(async () => expect(await uuids()).toEqual(others.toSorted()), soon);
    expect(await letters()).toMatchObject([
      { partition: 0, position: 1, reason: 'unreadable batch', detail: expect.stringContaining('checksum') },
    ]);
    await vi.waitFor(() => expect(service.output.match(/kafka:batch-damaged/g)).toHaveLength(3), soon);
  });
});

/** Changes a text in the file of a topic's log. False: the broker doesn't keep it on this machine. */
async function damageSegment(topic: string, text: string): Promise<boolean> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith('snews-test-kafka-'));
  for (const folder of folders) {
    const path = join(tmpdir(), folder, 'data', `${topic}-0`, `${'0'.repeat(20)}.log`);
    const file = await open(path, 'r+').catch(() => undefined);
    if (file === undefined) continue;
    await file.write('?', (await file.readFile()).indexOf(text));
    await file.close();
    return true;
  }
  return false;
}
