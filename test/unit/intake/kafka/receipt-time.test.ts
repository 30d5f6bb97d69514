import { describe, expect, it } from 'vitest';
import { receiptOf } from '../../../../src/intake/kafka/receipt-time.js';

describe('the receipt of a record', () => {
  const now = Date.UTC(2026, 10, 28);

  it.each([
    ['its timestamp', String(now - 5_000), now - 5_000],
    ['now, not a time to come', String(now + 1), now],
    ['now, for microseconds', String(now * 1_000), now],
    ['now, for nanoseconds', String(now * 1_000_000), now],
    ['now, for seconds', String(now / 1_000), now],
    ['now, for the year 10000', '253402300800000', now],
    ['now, for none', '-1', now],
    ['now, for one before 1970', '-62135596800000', now],
    ['now, for what is no number', 'NaN', now],
  ])('is %s', (_what, timestamp, received) => {
    expect(receiptOf(timestamp, now)).toBe(received);
  });
});
