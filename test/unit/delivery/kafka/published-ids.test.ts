import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { publishedIds } from '../../../../src/delivery/kafka/published-ids.js';

type Handler = (event: { payload: object }) => void;
type EachBatch = (payload: { batch: object }) => Promise<void>;

/** A topic of as many records, each in a fetch of its own; only some ever come. */
function slowTopic(records: number, arriving: number, every: number) {
  const ids: string[] = [];
  const nothing = async () => undefined;
  const consumer = () => {
    const handlers = new Map<string, Handler>();
    const tell = (name: string, payload: object) => handlers.get(name)?.({ payload });
    return {
      on: (name: string, handler: Handler) => handlers.set(name, handler),
      connect: nothing,
      subscribe: nothing,
      disconnect: nothing,
      seek: () => undefined,
      run: async ({ eachBatch }: { eachBatch: EachBatch }) => {
        for (let i = 0; i < arriving; i++) {
          await new Promise((resolve) => setTimeout(resolve, every));
          const id = randomUUID().replaceAll('-', '');
          ids.push(id);
          await eachBatch({ batch: { partition: 0, messages: [{ headers: { _id: Buffer.from(id, 'hex') } }] } });
          tell('consumer.end_batch_process', { partition: 0, lastOffset: String(i) });
        }
      },
    };
  };
  const admin = () => ({
    connect: nothing,
    disconnect: nothing,
    fetchTopicOffsets: async () => [{ partition: 0, low: '0', high: String(records) }],
  });
  return { kafka: { consumer, admin } as unknown as Kafka, ids };
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
