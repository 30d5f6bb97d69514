import { describe, expect, it } from 'vitest';
import { nextDelay, type Waits } from '../../../../src/database/jobs/backoff.js';

const transient = { kind: 'transient' } as const;
const full: Waits = { first: 1_000, most: 300_000, fixed: 0, permanent: 600_000 };
const equal: Waits = { first: 30_000, most: 1_800_000, fixed: 0.5, permanent: 1_800_000 };

describe('the wait before the next try', () => {
  it('has a bound that doubles with each try', () => {
    const bound = (waits: Waits) => (tries: number) => nextDelay(transient, tries, waits, () => 1);
    expect([1, 2, 3, 8, 9, 10, 10_000].map(bound(full))).toEqual([
      1_000, 2_000, 4_000, 128_000, 256_000, 300_000, 300_000,
    ]);
    expect([1, 2, 7, 10_000].map(bound(equal))).toEqual([30_000, 60_000, 1_800_000, 1_800_000]);
  });

  it('is anything up to the bound, or from a fixed part of it on', () => {
    expect(nextDelay(transient, 9, full, () => 0)).toBe(0);
    expect(nextDelay(transient, 9, full, () => 0.5)).toBe(128_000);
    expect(nextDelay(transient, 2, equal, () => 0)).toBe(30_000);
    expect(nextDelay(transient, 2, equal, () => 0.5)).toBe(45_000);
  });

  it('is at least what the other side asked for', () => {
    const limited = { kind: 'transient', retryAfterMs: 30_000 } as const;
    expect(nextDelay(limited, 1, full, () => 0)).toBe(30_000);
    expect(nextDelay(limited, 9, full, () => 1)).toBe(31_000);
    // Not for hours.
    expect(nextDelay({ ...limited, retryAfterMs: 86_400_000 }, 1, full, () => 0)).toBe(900_000);
  });

  it('is half to all of its own bound where somebody has to change something first', () => {
    expect(nextDelay({ kind: 'permanent' }, 1, full, () => 0)).toBe(300_000);
    expect(nextDelay({ kind: 'permanent' }, 1, full, () => 1)).toBe(600_000);
  });
});
