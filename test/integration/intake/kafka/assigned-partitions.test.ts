import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { StreamStarts } from '../../../../src/intake/kafka/positions.js';
import { startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { tellOffsetsOutOfRange } from '../../../../src/kafka/offset-out-of-range.js';
import { cachesForEachTest, poolForEachTest } from '../../../support/caches.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog } from '../../../support/logs.js';
import { readerDefaults, scriptedKafka } from '../../../support/scripted-kafka.js';

const { log, messages, clear } = captureLog('warn');
const caches = cachesForEachTest();
const pool = poolForEachTest(caches, log);
beforeEach(clear);

/** What kafkajs itself does about an offset that is out of range. */
const goElsewhere = vi.fn();
const { recoverFromOffsetOutOfRange } = ConsumerGroup.prototype;
beforeAll(() => {
  ConsumerGroup.prototype.recoverFromOffsetOutOfRange = goElsewhere;
  tellOffsetsOutOfRange();
});
afterAll(() => {
  ConsumerGroup.prototype.recoverFromOffsetOutOfRange = recoverFromOffsetOutOfRange;
});
beforeEach(() => void goElsewhere.mockReset());

/** Stores a position of partition 0, with or without the record before it. */
async function store(position: number, record?: number): Promise<void> {
  await pool.query(
    `INSERT INTO stream_position (cluster, topic, partition, position, changed_at, record_offset, record_digest)
    VALUES ('c', 't', 0, $1, now(), $2, $3)
    ON CONFLICT (cluster, topic, partition) DO UPDATE SET position = excluded.position`,
    [position, record, record === undefined ? undefined : '1:digest'],
  );
}

const position = async () => (await pool.query('SELECT position::int FROM stream_position')).rows[0].position;

/** A reader of a log that has these bounds. */
async function read(low: number, high: number, doubt = 50) {
  const script = scriptedKafka();
  const reader = startStreamReader({
    ...readerDefaults,
    kafka: script.kafka,
    topics: { observations: 't' },
    starts: new StreamStarts(pool, 'latest', log, { milliseconds: doubt, lookEvery: 10 }),
    cacheService: caches.service,
    log,
  });
  script.bounds.set(0, { low, high });
  await script.untilRunning();
  script.join({ t: [0] });
  await eventually(() => expect(script.seeks.length + script.paused.length).toBeGreaterThan(0));
  /** The broker says that the log does not have the offset that was fetched. */
  const outOfRange = async (memberId = 'm') => {
    const { consumer } = script;
    const member = { memberId, pause: consumer.pause, resume: consumer.resume };
    await ConsumerGroup.prototype.recoverFromOffsetOutOfRange.call(member as never, { topic: 't', partition: 0 });
  };
  return { script, reader, outOfRange };
}

describe('an offset that the log does not have', () => {
  test('is that of the last record only, which was removed: it goes on from the position, and nothing is in doubt', async () => {
    await store(5, 4);
    const { script, reader, outOfRange } = await read(0, 9);
    await outOfRange();
    expect(script.seeks).toEqual(['t/0@4', 't/0@5']);
    expect([script.paused, reader.problems(), messages()]).toEqual([[], [], []]);
    expect(goElsewhere).not.toHaveBeenCalled();
    await reader.stop();
  });

  test('is in doubt until the log has it again; being told once more changes nothing', async () => {
    await store(5);
    const { script, reader, outOfRange } = await read(5, 9, 60_000);
    script.bounds.set(0, { low: 0, high: 3 });
    await outOfRange();
    await outOfRange();
    expect(script.paused).toEqual(['t/0']);
    expect(reader.problems()).toEqual(['where a partition of t has to be read is not certain']);
    expect(messages()).toEqual(['kafka:position-in-doubt']);
    script.bounds.set(0, { low: 5, high: 9 });
    await eventually(() => expect(script.paused).toEqual([]));
    expect(script.seeks).toEqual(['t/0@5', 't/0@5']);
    expect(reader.problems()).toEqual([]);
    await reader.stop();
  });

  test('of a client in another group is none of this reader’s business', async () => {
    await store(5);
    const { script, reader, outOfRange } = await read(5, 9);
    await outOfRange('somebody else');
    expect(goElsewhere).toHaveBeenCalledOnce();
    expect([script.paused, script.seeks, messages()]).toEqual([[], ['t/0@5'], []]);
    await reader.stop();
    await outOfRange();
    expect(goElsewhere).toHaveBeenCalledTimes(2);
  });
});

describe('a doubt that is still open', () => {
  test('has no effect on a partition that is assigned anew: that one is placed by what is stored then', async () => {
    await store(5);
    const { script, reader } = await read(0, 3, 60_000);
    expect(script.paused).toEqual(['t/0']);
    await store(2);
    script.join({ t: [0] });
    await eventually(() => expect(script.seeks).toEqual(['t/0@1']));
    expect([script.paused, reader.problems()]).toEqual([[], []]);
    // It waits for the doubt, which ends by itself.
    await reader.stop();
    expect([script.seeks, await position()]).toEqual([['t/0@1'], 2]);
  });

  test('ends when the reader stops, and moves nothing', async () => {
    await store(5);
    const { reader } = await read(0, 3, 60_000);
    await reader.stop();
    expect(await position()).toBe(5);
  });

  test('goes on after the broker or the database did not answer', async () => {
    await store(5);
    const { script, reader } = await read(0, 3, 60_000);
    script.bounds.clear();
    await eventually(() => expect(messages()).toContain('kafka:not-ready'));
    script.bounds.set(0, { low: 0, high: 5 });
    await eventually(() => expect(script.seeks).toEqual(['t/0@4']));
    expect(reader.problems()).toEqual([]);
    await reader.stop();
  });
});

test('a broker that leaves out an assigned partition is asked again, and the reader says why it does not read', async () => {
  await store(5);
  const { script, reader } = await read(5, 9);
  script.join({ t: [0, 1] });
  await eventually(() =>
    expect(reader.problems()).toEqual([
      'no partitions of t are assigned to this replica yet (the broker tells no offsets of t/1)',
    ]),
  );
  expect(messages()).toEqual(['kafka:not-ready']);
  script.bounds.set(1, { low: 0, high: 2 });
  await eventually(() => expect(script.seeks.slice(-2)).toEqual(['t/0@5', 't/1@0']));
  expect(reader.problems()).toEqual([]);
  await reader.stop();
});
