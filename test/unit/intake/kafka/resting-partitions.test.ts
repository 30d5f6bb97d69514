import type { Consumer } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { PausedPartitions } from '../../../../src/intake/kafka/paused-partitions.js';
import { RestingPartitions } from '../../../../src/intake/kafka/resting-partitions.js';
import { silentLog } from '../../../support/logs.js';

afterEach(() => {
  vi.useRealTimers();
});

test('a partition that was left alone is tried again after half a minute, by whoever reads it then', () => {
  vi.useFakeTimers();
  const done: string[] = [];
  const say = (what: string) => (paused: { partitions?: number[] }[]) =>
    void done.push(`${what} ${paused[0]?.partitions}`);
  const consumer = { pause: say('pause'), resume: say('resume') } as unknown as Consumer;
  const holds = new PausedPartitions(() => consumer, silentLog);
  const resting = new RestingPartitions();
  const assigned = [0, 1, 2].map((partition) => ({ topic: 'o', partition }));
  resting.refused({ topic: 'o', partition: 1 });
  resting.refused({ topic: 'o', partition: 7 });
  resting.hold(holds, assigned);
  vi.advanceTimersByTime(29_000);
  expect(resting.names()).toEqual(['o/1']);
  holds.endAll();
  resting.hold(holds, assigned);
  expect(done).toEqual(['pause 1', 'resume 1', 'pause 1']);
  vi.advanceTimersByTime(2_000);
  expect(done).toEqual(['pause 1', 'resume 1', 'pause 1', 'resume 1']);
  expect(resting.names()).toEqual([]);
});
