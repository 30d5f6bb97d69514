import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchOverdue } from '../../../../src/delivery/kafka/overdue.js';
import { silentLog } from '../../../support/logs.js';

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Watches alerts of which the oldest has been pending since some time; null: none is. */
function watch() {
  const alerts = { pendingSince: null as number | null };
  return { alerts, overdue: watchOverdue(async () => ({ pending: 1, pendingSince: alerts.pendingSince }), silentLog) };
}

test('an alert that has been pending for 30 s is overdue, until it is published', async () => {
  const { alerts, overdue } = watch();
  alerts.pendingSince = Date.now();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(overdue.isOverdue()).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(overdue.isOverdue()).toBe(true);
  alerts.pendingSince = Date.now();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(overdue.isOverdue()).toBe(false);
  alerts.pendingSince = null;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(overdue.isOverdue()).toBe(false);
  overdue.stop();
});

test('one that was pending for long when it is first seen is overdue at once', async () => {
  const { alerts, overdue } = watch();
  alerts.pendingSince = Date.now() - HOUR;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(overdue.isOverdue()).toBe(true);
  overdue.stop();
});

test.each([
  ['before', 0],
  ['after', 6_000],
])('a clock that is set back by an hour %s it was first seen hides it no longer than 30 s', async (_, after) => {
  const { alerts, overdue } = watch();
  alerts.pendingSince = Date.now();
  await vi.advanceTimersByTimeAsync(after);
  vi.setSystemTime(Date.now() - HOUR);
  await vi.advanceTimersByTimeAsync(36_000);
  expect(overdue.isOverdue()).toBe(true);
  overdue.stop();
});
