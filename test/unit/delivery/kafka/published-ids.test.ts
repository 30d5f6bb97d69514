import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { publishedIds } from '../../../../src/delivery/kafka/published-ids.js';
import { placeholder } from '../../../../src/kafka/records/fetched-record.js';

type Handler = (event: { payload: object }) => void;
type EachBatch = (payload: { batch: object }) => Promise<void>;

/** What a consumer does once it runs, as the test tells it. */
type Run = (told: { tell: (name: string, payload: object) => void; eachBatch: EachBatch }) => Promise<void>;

/** A topic with these bounds whose consumer does what the test says, and what was asked of the consumer. */
function scriptedTopic(bounds: { readonly low: string; readonly high: string }, run: Run) {
  const noted: { seeks: string[]; errors: object[]; disconnected: number } = { seeks: [], errors: [], disconnected: 0 };
  const nothing = async () => undefined;
  const consumer = () => {
    const handlers = new Map<string, Handler>();
    const tell = (name: string, payload: object) => handlers.get(name)?.({ payload });
    return {
      on: (name: string, handler: Handler) => handlers.set(name, handler),
      connect: nothing,
      subscribe: nothing,
      disconnect: async () => void noted.disconnected++,
      seek: ({ offset }: { offset: string }) => noted.seeks.push(offset),
      logger: () => ({ error: (_: string, details: object) => noted.errors.push(details) }),
      run: ({ eachBatch }: { eachBatch: EachBatch }) => run({ tell, eachBatch }),
    };
  };
  const admin = () => ({
    connect: nothing,
    disconnect: nothing,
    fetchTopicOffsets: async () => [{ partition: 0, ...bounds }],
  });
  return { kafka: { consumer, admin } as unknown as Kafka, noted };
}

/** A topic of as many records, each in a fetch of its own; only some ever come. */
function slowTopic(records: number, arriving: number, every: number) {
  const ids: string[] = [];
  const { kafka } = scriptedTopic({ low: '0', high: String(records) }, async ({ tell, eachBatch }) => {
    for (let i = 0; i < arriving; i++) {
      await new Promise((resolve) => setTimeout(resolve, every));
      const id = randomUUID().replaceAll('-', '');
      ids.push(id);
      await eachBatch({ batch: { partition: 0, messages: [{ headers: { _id: Buffer.from(id, 'hex') } }] } });
      tell('consumer.end_batch_process', { partition: 0, lastOffset: String(i) });
    }
  });
  return { kafka, ids };
}

const TIMEOUT = 1_000;

afterEach(() => {
  vi.useRealTimers();
});

test('a topic that takes longer than the timeout is read as long as records are received', async () => {
  vi.useFakeTimers();
  const { kafka, ids } = slowTopic(10, 10, TIMEOUT / 5);
  const reading = publishedIds(kafka, 't', { groupId: 'g', from: null, timeout: TIMEOUT });
  await vi.advanceTimersByTimeAsync(3 * TIMEOUT);
  const found = await reading;
  expect([...found]).toEqual(ids);
  expect(found.size).toBe(10);
});

test('one of which no more records are received fails', async () => {
  const { kafka } = slowTopic(10, 3, 1);
  await expect(publishedIds(kafka, 't', { groupId: 'g', from: null, timeout: 200 })).rejects.toThrow(
    'nothing was received',
  );
});

/** The bounds of four records. */
const FOUR = { low: '2', high: '6' };

/** Joins, and reads to the end. */
const readsAll: Run = async ({ tell }) => {
  tell('consumer.group_join', {});
  // Another partition's end is not the end of the alerts.
  tell('consumer.end_batch_process', { partition: 1, lastOffset: '9' });
  tell('consumer.end_batch_process', { partition: 0, lastOffset: '5' });
};

test.each([
  ['the beginning', null, '2'],
  ['a place in the log', 4n, '4'],
  ['a place that is removed', 1n, '2'],
  ['a place behind the end: another log', 9n, '2'],
])('reads from %s', async (_, from, sought) => {
  const { kafka, noted } = scriptedTopic(FOUR, readsAll);
  await publishedIds(kafka, 't', { groupId: 'g', from });
  expect(noted).toEqual({ seeks: [sought], errors: [], disconnected: 1 });
});

test.each([5n, 6n])('reads nothing from %d, behind which no record can be', async (from) => {
  const { kafka, noted } = scriptedTopic(FOUR, readsAll);
  expect(await publishedIds(kafka, 't', { groupId: 'g', from })).toEqual(new Set());
  expect(noted).toEqual({ seeks: [], errors: [], disconnected: 0 });
});

test('takes ids of its partition only, passes records without one, and tells of a batch that it can not read', async () => {
  const id = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
  const lost = {
    first: 2n,
    last: 3n,
    codec: 'zstd',
    size: 90,
    why: 'cut off',
    isDamaged: false,
    bytes: Buffer.alloc(0),
  };
  const { kafka, noted } = scriptedTopic(FOUR, async (told) => {
    await told.eachBatch({ batch: { partition: 1, messages: [{ headers: { _id: Buffer.alloc(16) } }] } });
    await told.eachBatch({
      batch: { partition: 0, messages: [placeholder(lost, 2, 0n), {}, { headers: { _id: id } }] },
    });
    await readsAll(told);
  });
  expect(await publishedIds(kafka, 't', { groupId: 'g', from: null })).toEqual(new Set([id.toString('hex')]));
  expect(noted.errors).toEqual([{ topic: 't', first: '2', last: '3', codec: 'zstd', why: 'cut off' }]);
});

test.each<[string, Run]>([
  ['crashes', async ({ tell }) => tell('consumer.crash', { error: new Error('no way on') })],
  ['can not run', async () => Promise.reject(new Error('no way on'))],
])('fails if the consumer %s, and leaves it disconnected', async (_, run) => {
  const { kafka, noted } = scriptedTopic(FOUR, run);
  await expect(publishedIds(kafka, 't', { groupId: 'g', from: null })).rejects.toThrow('no way on');
  expect(noted.disconnected).toBe(1);
});
