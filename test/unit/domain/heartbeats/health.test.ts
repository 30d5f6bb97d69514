import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HeartbeatSums, healthOf, usualInterval } from '../../../../src/domain/heartbeats/health.js';

const DAY = 86_400_000;
const LAST = Date.parse('2030-01-02T00:00:00Z');

/** The pulse of heartbeats a number of seconds apart, the last at `LAST`. */
function pulse(intervals: readonly number[], lastStatus: HeartbeatSums['lastStatus'] = 'ON'): HeartbeatSums {
  const sum = intervals.reduce((total, interval) => total + interval, 0);
  return {
    lastHeartbeat: LAST,
    lastStatus,
    firstHeartbeat: LAST - sum * 1000,
    heartbeats: intervals.length + 1,
    squares: intervals.reduce((total, interval) => total + (interval * 1000) ** 2, 0),
  };
}

/** The status so many milliseconds after the last heartbeat. */
function statusAfter(silence: number, of: HeartbeatSums | null): string {
  return healthOf(of, LAST + silence).status;
}

describe('the usual interval', () => {
  test('is mean and sample standard deviation', () => {
    // Deviations −2, 2, −2, 2 from 60: squares 16, over 3.
    expect(usualInterval(pulse([58, 62, 58, 62]))).toEqual({ mean: 60, sigma: expect.closeTo(Math.sqrt(16 / 3), 12) });
    // Mean 20; deviations −10, −5, 0, 5, 10: squares 250, over 4.
    expect(usualInterval(pulse([10, 15, 20, 25, 30]))).toEqual({
      mean: 20,
      sigma: expect.closeTo(7.905694150420948, 12),
    });
    expect(usualInterval(pulse([1, 1, 1, 1]))).toEqual({ mean: 1, sigma: 0 });
  });

  test('asks for five heartbeats', () => {
    expect(usualInterval(pulse([60, 60, 60]))).toBeNull();
    expect(usualInterval(pulse([60, 60, 60, 60]))).not.toBeNull();
  });

  test('is exact to what a double can tell, however many and however long', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 86_400 }), { minLength: 4, maxLength: 300 }), (intervals) => {
        const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
        const squares = intervals.reduce((sum, interval) => sum + (interval - mean) ** 2, 0);
        const usual = usualInterval(pulse(intervals));
        expect(usual?.mean).toBeCloseTo(mean, 6);
        expect(usual?.sigma).toBeCloseTo(Math.sqrt(squares / (intervals.length - 1)), 2);
      }),
    );
  });
});

describe('a detector is', () => {
  test('UNKNOWN without a heartbeat', () => {
    expect(healthOf(null, LAST)).toEqual({
      status: 'UNKNOWN',
      lastHeartbeat: null,
      usual: null,
      expectedAt: null,
      expectedBy: null,
      lateSince: null,
    });
  });

  test('LATE a millisecond after mean + 3σ, and not at it', () => {
    // 60 s + 3 · 2.309401076758503 s = 66.928203… s
    expect(statusAfter(66_928, pulse([58, 62, 58, 62]))).toBe('ON');
    expect(statusAfter(66_929, pulse([58, 62, 58, 62]))).toBe('LATE');
    // 20 s + 3 · √62.5 s = 43.717082… s
    expect(statusAfter(43_717, pulse([10, 15, 20, 25, 30]))).toBe('ON');
    expect(statusAfter(43_718, pulse([10, 15, 20, 25, 30]))).toBe('LATE');
    // Mean 1 s; squares 1 + 1 + 1 + 9 over 3: σ 2 s, and the border a whole 7 s.
    expect(statusAfter(7_000, pulse([0, 0, 0, 4]))).toBe('ON');
    expect(statusAfter(7_001, pulse([0, 0, 0, 4]))).toBe('LATE');
  });

  test('not LATE within 3 s more than its mean, however regular it is', () => {
    expect(statusAfter(63_000, pulse([60, 60, 60, 60]))).toBe('ON');
    expect(statusAfter(63_001, pulse([60, 60, 60, 60]))).toBe('LATE');
    // σ = √(0.04/3) s, less than a second.
    expect(statusAfter(63_000, pulse([59.9, 60.1, 59.9, 60.1]))).toBe('ON');
    expect(statusAfter(63_001, pulse([59.9, 60.1, 59.9, 60.1]))).toBe('LATE');
  });

  test('not LATE with fewer than five heartbeats', () => {
    expect(statusAfter(DAY, pulse([60, 60, 60]))).toBe('ON');
    expect(statusAfter(DAY, pulse([]))).toBe('ON');
  });

  test('OFF a millisecond after 24 h of silence, late or not', () => {
    expect(statusAfter(DAY, pulse([60, 60, 60, 60]))).toBe('LATE');
    expect(statusAfter(DAY + 1, pulse([60, 60, 60, 60]))).toBe('OFF');
    expect(statusAfter(DAY + 1, pulse([60]))).toBe('OFF');
  });

  test('OFF as long as that is its last word, and then nothing is expected', () => {
    expect(healthOf(pulse([60, 60, 60, 60], 'OFF'), LAST + 3_600_000)).toEqual({
      status: 'OFF',
      lastHeartbeat: LAST,
      usual: { mean: 60, sigma: 0 },
      expectedAt: null,
      expectedBy: null,
      lateSince: null,
    });
  });

  test('expected a mean after its last heartbeat, and late since three sigmas more', () => {
    const usual = { mean: 60, sigma: 0 };
    const expected = { lastHeartbeat: LAST, usual, expectedAt: LAST + 60_000, expectedBy: LAST + 63_000 };
    expect(healthOf(pulse([60, 60, 60, 60]), LAST)).toEqual({ ...expected, status: 'ON', lateSince: null });
    expect(healthOf(pulse([60, 60, 60, 60]), LAST + 64_000)).toEqual({
      ...expected,
      status: 'LATE',
      lateSince: LAST + 63_000,
    });
  });
});
