import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import type { ReadRecord, Stretch } from '../../../../src/cache/commit/stretch.js';
import { type StreamReaderOptions, startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { readRecord } from '../../../../src/intake/kafka/record-digest.js';
import { silentLog } from '../../../support/logs.js';
import { readerDefaults, scriptedKafka, startsAt } from '../../../support/scripted-kafka.js';

function startOn(
  kafka: Kafka,
  taken: Stretch[],
  establish: () => Promise<Map<number, bigint>>,
  record?: ReadRecord,
  topics: StreamReaderOptions['topics'] = { observations: 'o' },
) {
  return startStreamReader({
    ...readerDefaults,
    kafka,
    topics,
    starts: startsAt(establish, record),
    cacheService: {
      take: async (stretch) => {
        taken.push(stretch);
        return { kind: 'taken', errors: [] };
      },
      probe: async () => ({ kind: 'taken', errors: [] }),
    },
    log: silentLog,
  });
}

/** What has to happen in the process has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await nextTurn();
}

test('a rebalance after a run took effect does not make it take effect again', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 7n]]));
  await script.untilRunning();
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
  await script.untilRunning();
  script.join({ o: [0, 1] });
  script.join({ o: [1] });
  await settle();
  const positions = new Map([
    [0, 3n],
    [1, 4n],
  ]);
  waiting[1]?.(positions);
  await settle();
  waiting[0]?.(positions);
  await settle();
  expect(script.seeks).toEqual(['o/1@4']);
  expect(reader.isReading()).toBe(true);
  await reader.stop();
});

test('a reader whose group is in a rebalance does not read, until its partitions are assigned anew', async () => {
  const script = scriptedKafka();
  const reader = startOn(script.kafka, [], async () => new Map([[0, 0n]]));
  await script.untilRunning();
  script.join({ o: [0] });
  await settle();
  expect(reader.problems()).toEqual([]);
  script.tell('rebalancing');
  expect(reader.problems()).toEqual(['no partitions of o are assigned to this replica yet']);
  script.join({ o: [0] });
  await settle();
  expect(reader.isReading()).toBe(true);
  await reader.stop();
});

test('a log whose last records stand behind the one that is known again is read from the position, not from there', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const value = Buffer.from('no JSON');
  const message = (offset: number) => ({ offset: String(offset), timestamp: '1', headers: {}, value });
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 1_000n]]), {
    offset: 3n,
    digest: readRecord(message(3) as never).digest,
  });
  await script.untilRunning();
  script.join({ o: [0] });
  await settle();
  const heartbeat = async () => undefined;
  const told = { heartbeat, isRunning: () => true, isStale: () => false, resolveOffset: () => undefined };
  const seen = { topic: 'o', partition: 0, messages: [3, 4].map(message), lastOffset: () => '102' };
  await script.batch({ batch: seen, ...told });
  expect(script.seeks).toEqual(['o/0@3', 'o/0@1000']);
  const fresh = { topic: 'o', partition: 0, messages: [message(1_000)], lastOffset: () => '1001' };
  await script.batch({ batch: fresh, ...told });
  // The record is kept that is there, not the mark behind it.
  expect(taken.map(({ expected, next, record }) => [expected, next, record?.offset])).toEqual([
    [1_000n, 1_002n, 1_000n],
  ]);
  await reader.stop();
});

test('the position moves over marks of transactions, with the records before them or alone, never over anything unread', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 7n]]));
  await script.untilRunning();
  script.join({ o: [0] });
  await settle();
  const marks = (firstOffset: number, lastOffset: number) =>
    script.tell('end_batch_process', {
      topic: 'o',
      partition: 0,
      batchSize: 0,
      firstOffset: String(firstOffset),
      lastOffset: String(lastOffset),
    });
  // Nothing has shown yet that the client reads from the position: it is told once more to.
  marks(9, 10);
  expect(script.seeks).toEqual(['o/0@7', 'o/0@7']);
  const messages = [{ offset: '7', timestamp: '1', headers: {}, value: Buffer.from('no JSON') }];
  const batch = { topic: 'o', partition: 0, messages, lastOffset: () => '8' };
  const heartbeat = async () => undefined;
  await script.batch({ batch, heartbeat, isRunning: () => true, isStale: () => false, resolveOffset: () => undefined });
  // A transaction of several records that was called off shows its last one, and its mark.
  marks(10, 10);
  await settle();
  marks(11, 11);
  await settle();
  expect(taken.map(({ expected, next, items }) => [expected, next, items.length])).toEqual([
    [7n, 9n, 1],
    [9n, 11n, 0],
    [11n, 12n, 0],
  ]);
  await reader.stop();
});

test('a batch whose records all lie before where the client fetched is no reason to fail', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 7n]]));
  await script.untilRunning();
  script.join({ o: [0] });
  await settle();
  const none = { topic: 'o', partition: 0, batchSize: 0, firstOffset: null, lastOffset: '7' };
  expect(() => script.tell('end_batch_process', none)).not.toThrow();
  await settle();
  expect(taken).toEqual([]);
  await reader.stop();
});

test('the fire-drill topic is read in a group of its own: while it is missing the other one is read', async () => {
  const [live, drills] = [scriptedKafka(), scriptedKafka()];
  const kafka = {
    ...live.kafka,
    consumer: ({ groupId }: { groupId: string }) =>
      ({ g: live, 'g-firedrill': drills })[groupId]?.kafka.consumer({ groupId }),
  } as unknown as Kafka;
  const taken: Stretch[] = [];
  const topics = { observations: 'o', firedrillObservations: 'd' };
  const reader = startOn(kafka, taken, async () => new Map([[0, 0n]]), undefined, topics);
  await live.untilRunning();
  live.join({ o: [0] });
  await settle();
  expect(reader.problems()).toEqual(['no partitions of d are assigned to this replica yet']);
  const observation = { tier: 'CoincidenceTier', detector_name: 'JUNO', neutrino_time_utc: '2030-01-01T00:00:00Z' };
  const messages = [{ offset: '0', timestamp: '1', headers: {}, value: Buffer.from(JSON.stringify(observation)) }];
  const told = { heartbeat: async () => undefined, isRunning: () => true, isStale: () => false };
  const payload = (topic: string) => ({
    batch: { topic, partition: 0, messages, lastOffset: () => '0' },
    resolveOffset: () => undefined,
    ...told,
  });
  await live.batch(payload('o'));
  await drills.untilRunning();
  drills.join({ d: [0] });
  await settle();
  expect(reader.isReading()).toBe(true);
  await drills.batch(payload('d'));
  expect(taken.map(({ lane, partition }) => [lane, partition.topic])).toEqual([
    ['live', 'o'],
    ['firedrill', 'd'],
  ]);
  await reader.stop();
});
