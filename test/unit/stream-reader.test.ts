import type { Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import type { Stretch } from '../../src/cache/stretch.js';
import { startStreamReader } from '../../src/intake/stream/reader.js';
import { scriptedKafka, startsAt } from '../support/scripted-kafka.js';

function startOn(kafka: Kafka, taken: Stretch[], establish: () => Promise<Map<number, bigint>>) {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return startStreamReader({
    kafka,
    groupId: 'g',
    topics: { observations: 'o', firedrillObservations: 'f' },
    prepare: async () => undefined,
    starts: startsAt(establish),
    cacheService: {
      take: async (stretch) => {
        taken.push(stretch);
        return { kind: 'taken', faults: [] };
      },
      probe: async () => ({ kind: 'taken', faults: [] }),
    },
    guard: { admit: () => 'none set' },
    remote: {
      echo: () => undefined,
      displayHeartbeats: () => undefined,
      giveFeedback: () => undefined,
      changeBrokers: () => undefined,
    },
    allowedBrokers: [],
    commandMaxAge: 3_600_000,
    log: quiet,
  });
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a rebalance after a run took effect does not make it take effect again', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 7n]]));
  await turn();
  script.join({ o: [0] });
  const value = Buffer.from('no JSON');
  const messages = [7, 8].map((offset) => ({ offset: String(offset), timestamp: '1', headers: {}, value }));
  const batch = { topic: 'o', partition: 0, messages, lastOffset: () => '8' };
  const rebalance = new Error('the group is rebalancing');
  const heartbeat = () => Promise.reject(rebalance);
  const payload = { batch, heartbeat, isRunning: () => true, isStale: () => false, resolveOffset: () => undefined };
  await expect(script.batch(payload)).rejects.toBe(rebalance);
  expect(taken.map(({ expected, next }) => [expected, next])).toEqual([[7n, 9n]]);
  await reader.stop();
});

test('of two assignments the later one stands, whichever is looked up first', async () => {
  const script = scriptedKafka();
  const waiting: ((positions: Map<number, bigint>) => void)[] = [];
  const reader = startOn(script.kafka, [], () => new Promise((resolve) => waiting.push(resolve)));
  await turn();
  script.join({ o: [0, 1] });
  script.join({ o: [1] });
  await turn();
  const positions = new Map([
    [0, 3n],
    [1, 4n],
  ]);
  waiting[1]?.(positions);
  await turn();
  waiting[0]?.(positions);
  await turn();
  expect(script.seeks).toEqual(['o/1@4']);
  expect(reader.isReading()).toBe(true);
  await reader.stop();
});

test('a reader whose group is in a rebalance does not read, until its partitions are assigned anew', async () => {
  const script = scriptedKafka();
  const reader = startOn(script.kafka, [], async () => new Map([[0, 0n]]));
  await turn();
  script.join({ o: [0] });
  await turn();
  expect(reader.problems()).toEqual([]);
  script.tell('rebalancing');
  expect(reader.problems()).toEqual([expect.stringContaining('no partitions are assigned')]);
  script.join({ o: [0] });
  await turn();
  expect(reader.isReading()).toBe(true);
  await reader.stop();
});

test('the position moves over marks of transactions, with the records before them or alone, never over anything unread', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 7n]]));
  await turn();
  script.join({ o: [0] });
  await turn();
  const marks = (firstOffset: number, lastOffset: number) =>
    script.tell('end_batch_process', {
      topic: 'o',
      partition: 0,
      batchSize: 0,
      firstOffset: String(firstOffset),
      lastOffset: String(lastOffset),
    });
  // Nothing has shown yet that the client reads from the position.
  marks(7, 9);
  const messages = [{ offset: '7', timestamp: '1', headers: {}, value: Buffer.from('no JSON') }];
  const batch = { topic: 'o', partition: 0, messages, lastOffset: () => '8' };
  const heartbeat = async () => undefined;
  await script.batch({ batch, heartbeat, isRunning: () => true, isStale: () => false, resolveOffset: () => undefined });
  marks(12, 13);
  marks(9, 10);
  await turn();
  marks(11, 11);
  await turn();
  expect(taken.map(({ expected, next, items }) => [expected, next, items.length])).toEqual([
    [7n, 9n, 1],
    [9n, 11n, 0],
    [11n, 12n, 0],
  ]);
  await reader.stop();
});
