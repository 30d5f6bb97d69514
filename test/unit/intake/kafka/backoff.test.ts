import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../src/intake/kafka/backoff.js';

describe('the wait after failures', () => {
  it('waits longer after each failure, 30 s at most, and shorter again after successes', () => {
    const backoff = new Backoff({ random: () => 1 });
    const waits = Array.from({ length: 12 }, () => backoff.failed());
    expect(waits.slice(0, 3)).toEqual([1500, 2250, 3375]);
    expect(waits.at(-1)).toBe(30_000);
    for (let i = 0; i < 4; i++) backoff.succeeded();
    backoff.succeeded(5);
    expect(backoff.failed()).toBeCloseTo(1000 * 1.5 ** 4);
    backoff.succeeded(500);
    expect(backoff.failed()).toBe(1500);
  });
});
