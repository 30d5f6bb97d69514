import type { Consumer, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLagDisplay } from '../../../../src/intake/kafka/lag.js';
import { captureLog } from '../../../support/logs.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A consumer of which only the commits of offsets are looked at. */
function consumer(failure?: Error) {
  const committed: string[][] = [];
  const commitOffsets = async (offsets: TopicPartitionOffsetAndMetadata[]) => {
    committed.push(offsets.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`));
    if (failure !== undefined) throw failure;
  };
  return { consumer: { commitOffsets } as unknown as Consumer, committed };
}

it('the broker is told of a burst once, a second after it began: the last position of each partition', async () => {
  const { log } = captureLog();
  const { consumer: shown, committed } = consumer();
  const lag = createLagDisplay(log);
  lag.showSoon(shown, { topic: 'o', partition: 0 }, 5n);
  lag.showSoon(shown, { topic: 'o', partition: 1 }, 2n);
  lag.showSoon(shown, { topic: 'o', partition: 0 }, 6n);
  await vi.advanceTimersByTimeAsync(999);
  expect(committed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(committed).toEqual([['o/0@6', 'o/1@2']]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(committed).toHaveLength(1);
});

it('at the end what is not told yet is told at once, and nothing where there is nothing', async () => {
  const { log } = captureLog();
  const { consumer: shown, committed } = consumer();
  const lag = createLagDisplay(log);
  await lag.show(shown);
  expect(committed).toEqual([]);
  lag.showSoon(shown, { topic: 'o', partition: 0 }, 5n);
  await lag.show(shown);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(committed).toEqual([['o/0@5']]);
});

it('a broker that does not take it breaks nothing', async () => {
  const { log, messages } = captureLog();
  const { consumer: shown } = consumer(new Error('the group is rebalancing'));
  const lag = createLagDisplay(log);
  lag.showSoon(shown, { topic: 'o', partition: 0 }, 5n);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(messages('debug')).toEqual(['kafka:lag-not-shown']);
});
