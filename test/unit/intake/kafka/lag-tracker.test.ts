import { expect, it } from 'vitest';
import { LagTracker } from '../../../../src/intake/kafka/lag-tracker.js';
import { captureLog } from '../../../support/logs.js';

const ends = (end: number) => ({ topic: 't', partition: 0, low: 0n, stable: BigInt(end), end: BigInt(end) });

it('the age of the oldest pending record stays right however often the end moves', () => {
  let now = 1_000_000;
  const { log, messages } = captureLog();
  const tracker = new LagTracker(log, () => now, 30_000);
  // One record a second: three times as many ends as are remembered.
  const lags = Array.from({ length: 3_000 }, (_, i) => {
    now += 1_000;
    return tracker.lagOf(ends(i + 1), 0n);
  });
  expect(lags.map(({ records, seconds }) => records - seconds)).toEqual(lags.map(() => 1));
  expect(messages('warn')).toEqual(['kafka:partition-stalled']);
  // Of the older ends only some are remembered: the age is that of the next one that is.
  const { records, seconds } = tracker.lagOf(ends(3_000), 1_500n);
  expect(records).toBe(1_500);
  expect(seconds).toBeGreaterThan(1_400);
  expect(seconds).toBeLessThan(1_500);
  expect(messages('info')).toEqual(['kafka:partition-moves']);
  expect(tracker.lagOf(ends(3_000), 3_000n)).toMatchObject({ records: 0, seconds: 0 });
});
