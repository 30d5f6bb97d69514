import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { StreamStarts } from '../../src/intake/kafka/positions.js';
import { type StreamReader, startStreamReader } from '../../src/intake/kafka/reader.js';
import { createKafka } from '../../src/kafka/client.js';
import { cachesForEachTest, poolForEachTest } from '../support/caches.js';
import { eventually } from '../support/eventually.js';
import { makeTopics, send } from '../support/kafka/index.js';
import { administer } from '../support/kafka/ready.js';
import { captureLog } from '../support/logs.js';
import { readerDefaults } from '../support/scripted-kafka.js';

const brokers = inject('kafkaBrokers');
const soon = { timeout: 60_000, interval: 50 };

describe.skipIf(brokers === undefined)('a log that is not what was read before', () => {
  const broker = brokers ?? '';
  let topic: string;
  let reader: StreamReader;
  const { log, messages: errors, clear } = captureLog('error');

  const caches = cachesForEachTest();
  const pool = poolForEachTest(caches, log);
  beforeEach(async () => {
    topic = randomUUID();
    clear();
    await makeTopics(broker, [topic]);
    reader = await start();
  });
  afterEach(async () => {
    await reader.stop();
  });

  async function start(): Promise<StreamReader> {
    const started = startStreamReader({
      ...readerDefaults,
      kafka: createKafka({ brokers: [broker], ssl: false, sasl: undefined }, log),
      groupId: topic,
      topics: { observations: topic },
      starts: new StreamStarts(pool, 'earliest', log, { milliseconds: 1_000, lookEvery: 100 }),
      cacheService: caches.service,
      lookAgainEvery: 200,
      log,
    });
    await vi.waitFor(() => expect(started.isReading()).toBe(true), soon);
    return started;
  }

  /** Sends as many observations. Their uuids. */
  async function observe(count: number): Promise<string[]> {
    const uuids = Array.from({ length: count }, () => randomUUID());
    const time = new Date(Date.now() - 60_000).toISOString();
    const fields = { tier: 'CoincidenceTier', detector_name: 'JUNO', neutrino_time_utc: time };
    await send(
      broker,
      topic,
      uuids.map((uuid) => ({ value: JSON.stringify({ ...fields, uuid }) })),
    );
    return uuids;
  }

  async function untilTaken(uuids: readonly string[]): Promise<void> {
    await vi.waitFor(async () => {
      const { rowCount } = await pool.query('SELECT FROM observation WHERE uuid = ANY($1)', [uuids]);
      expect(rowCount).toBe(uuids.length);
    }, soon);
  }

  async function makeAnew(): Promise<void> {
    await administer(broker, (admin) => admin.deleteTopics({ topics: [topic] }));
    await eventually(async () => expect(await administer(broker, (admin) => admin.listTopics())).not.toContain(topic));
    await makeTopics(broker, [topic]);
  }

  async function removeBefore(offset: number): Promise<void> {
    const partitions = [{ partition: 0, offset: String(offset) }];
    await administer(broker, async (admin) => {
      // It learns of the topic by that.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions });
    });
  }

  test.each([
    ['fewer', 2],
    ['as many', 6],
    ['more', 9],
  ])('of a topic that was made anew with %s records, all are read', async (_, count) => {
    await untilTaken(await observe(6));
    await makeAnew();
    await untilTaken(await observe(count));
    expect(errors().length).toBeGreaterThan(0);
    const noticed = errors().length;

    await reader.stop();
    await makeAnew();
    const uuids = await observe(count);
    reader = await start();
    await untilTaken(uuids);
    if (count === 2) expect(errors()).toHaveLength(noticed + 1);
    await vi.waitFor(() => expect(reader.isReading()).toBe(true), soon);
    expect((await pool.query('SELECT FROM dead_letter')).rowCount).toBe(0);
  });

  test('where records were removed before they were read, the next ones are, and it is said', async () => {
    await untilTaken(await observe(3));
    await reader.stop();
    await observe(5);
    await removeBefore(6);
    const last = await observe(1);
    reader = await start();
    await untilTaken(last);
    expect((await pool.query('SELECT FROM observation')).rowCount).toBe(6);
    expect(errors()).toEqual(['kafka:records-removed']);
  });

  test('where the last record was removed after it was read, nothing is amiss', async () => {
    await untilTaken(await observe(3));
    await removeBefore(3);
    // The reader asks for what is beyond meanwhile. Nothing may come of it, so that there is no event to wait for.
    await delay(1_000);
    await untilTaken(await observe(2));
    await reader.stop();
    await removeBefore(5);
    reader = await start();
    await untilTaken(await observe(2));
    expect(errors()).toEqual([]);
    expect(reader.isReading()).toBe(true);
  });

  test('a position beyond the log that a running reader is at is noticed when the client asks for it', async () => {
    await untilTaken(await observe(3));
    await removeBefore(3);
    const { rowCount } = await pool.query('UPDATE stream_position SET position = 40, record_offset = NULL');
    expect(rowCount).toBe(1);
    // The next records tell the reader that somebody else moved the position; there the log has nothing.
    const uuids = await observe(2);
    await untilTaken(uuids);
    expect(errors()).toEqual(['kafka:position-outside-the-log']);
  });
});
