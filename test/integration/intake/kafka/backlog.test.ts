import { beforeEach, expect, test, vi } from 'vitest';
import { createBacklog } from '../../../../src/intake/kafka/backlog.js';
import type { PartitionEnds } from '../../../../src/intake/kafka/lag-tracker.js';
import { cachesForEachTest, poolForEachTest } from '../../../support/caches.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog, silentLog } from '../../../support/logs.js';

let ends: PartitionEnds[];
let now: number;
let isAway: boolean;
const { log, messages, clear } = captureLog('info');

const caches = cachesForEachTest();
const pool = poolForEachTest(caches, silentLog);
beforeEach(async () => {
  now = 1_000_000;
  isAway = false;
  clear();
  ends = [];
});

async function begin(start: 'latest' | 'earliest' = 'latest') {
  const backlog = createBacklog({
    pool,
    ends: async () => {
      if (isAway) throw new Error('away');
      return { cluster: 'c', ends };
    },
    start,
    now: () => now,
    log,
  });
  await eventually(() => expect(backlog.size()).not.toBeNull());
  return backlog;
}

const partition = (number: number, low: bigint, end: bigint, stable = end) => {
  return { topic: 'o', partition: number, low, stable, end };
};
const moveTo = (number: number, position: number) =>
  caches.query(
    `INSERT INTO stream_position (cluster, topic, partition, position, changed_at) VALUES ('c', 'o', $1, $2, now())
    ON CONFLICT (cluster, topic, partition) DO UPDATE SET position = excluded.position`,
    [number, position],
  );

test('a partition that was added and that nobody has read yet lags by all of it; a new topic by what will be read', async () => {
  ends = [partition(0, 3n, 10n)];
  const backlog = await begin();
  expect(backlog.size()).toBe(0);
  await moveTo(0, 10);
  ends = [partition(0, 3n, 10n), partition(1, 2n, 6n)];
  expect(await backlog.partitions()).toMatchObject([{ records: 0 }, { partition: 1, records: 4 }]);
  backlog.stop();
  await caches.query('DELETE FROM stream_position');
  const all = await begin('earliest');
  expect(all.size()).toBe(11);
  all.stop();
});

test('a topic that was read in another cluster lags by all of it', async () => {
  ends = [partition(0, 3n, 10n)];
  await caches.query(`INSERT INTO stream_position VALUES ('former', 'o', 0, 5000, now())`);
  const backlog = await begin();
  expect(backlog.size()).toBe(7);
  backlog.stop();
});

test('a partition that does not move for 30 s while records wait is told with the reason, and not after it has moved', async () => {
  await moveTo(0, 5);
  await moveTo(1, 5);
  ends = [partition(0, 0n, 5n), partition(1, 0n, 5n)];
  const backlog = await begin();
  const look = async (seconds: number) => {
    now += seconds * 1_000;
    await backlog.partitions();
    return backlog.problems();
  };
  expect(await look(3_600)).toEqual([]);
  ends = [partition(0, 0n, 9n, 5n), partition(1, 0n, 9n)];
  expect(await look(1)).toEqual([]);
  expect(await look(20)).toEqual([]);
  ends = [partition(0, 0n, 12n, 5n), partition(1, 0n, 12n)];
  expect(await look(9.9)).toEqual([]);
  const stalled = [
    'o/0: an open transaction of somebody else holds it at offset 5',
    'o/1: nothing has been read from offset 5 on',
  ];
  expect(await look(0.1)).toEqual(stalled);
  expect(await look(5)).toEqual(stalled);
  expect([backlog.size(), backlog.seconds()]).toEqual([14, 35]);
  await moveTo(1, 10);
  expect(await look(5)).toEqual(stalled.slice(0, 1));
  // What waits now came later than what waited before.
  expect(await backlog.partitions()).toMatchObject([
    { seconds: 40 },
    { records: 2, seconds: 10.1, stalled: undefined },
  ]);
  await moveTo(0, 12);
  await moveTo(1, 12);
  expect(await look(5)).toEqual([]);
  expect([backlog.size(), backlog.seconds()]).toEqual([0, 0]);
  expect(messages()).toEqual([...Array(2).fill('kafka:partition-stalled'), ...Array(2).fill('kafka:partition-moves')]);
  backlog.stop();
});

test('a partition that does not move is told also while the clock is set back', async () => {
  await moveTo(0, 5);
  ends = [partition(0, 0n, 9n)];
  vi.useFakeTimers({ toFake: ['Date'] });
  const backlog = createBacklog({
    pool,
    ends: async () => ({ cluster: 'c', ends }),
    start: 'latest',
    stalledMilliseconds: 20,
    log,
  });
  await backlog.partitions();
  vi.setSystemTime(Date.now() - 3_600_000);
  // Longer than `stalledMilliseconds`, which no clock of the test measures.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await backlog.partitions();
  vi.useRealTimers();
  expect(backlog.problems()).toEqual(['o/0: nothing has been read from offset 5 on']);
  expect(backlog.seconds()).toBeGreaterThan(0.02);
  backlog.stop();
});

test('what nobody can count is not known, and a problem after 30 s', async () => {
  const backlog = await begin();
  isAway = true;
  await expect(backlog.partitions()).rejects.toThrow('away');
  expect([backlog.size(), backlog.seconds(), backlog.problems()]).toEqual([null, null, []]);
  now += 30_000;
  expect(backlog.problems()).toHaveLength(1);
  isAway = false;
  await backlog.partitions();
  expect([backlog.size(), backlog.problems()]).toEqual([0, []]);
  backlog.stop();
});
