import { describe, expect, it, vi } from 'vitest';
import { FAILURE_LIMITS, PartitionFailures } from '../../../../src/intake/kafka/partition-failures.js';

describe('what failed of a partition', () => {
  const limits = { ...FAILURE_LIMITS, random: () => 1 };
  const records = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ offset: BigInt(from + i) }));

  it('is tried again with fewer records, until one is alone, and with more again after each success', () => {
    const failures = new PartitionFailures(limits);
    const all = records(0, 500);
    const tried: number[] = [];
    for (let i = 0; i < 10; i++) {
      tried.push(failures.first(all).length);
      failures.failed(failures.first(all));
    }
    expect(tried).toEqual([500, 250, 125, 62, 31, 15, 7, 3, 1, 1]);
    for (const size of [1, 2, 4, 8]) {
      expect(failures.first(all)).toHaveLength(size);
      failures.succeeded(size);
    }
  });

  it('is blamed on a record that failed alone ten times over five minutes, and on nobody after three in a row', () => {
    let now = 1_000_000;
    const failures = new PartitionFailures(limits, () => now);
    const fails = (offset: number, times: number, after: number) => {
      for (let i = 0; i < times; i++) failures.failed(records(offset, offset + 1));
      now += after;
    };
    fails(0, 8, 400_000);
    expect(failures.isLast(0n)).toBe(false);
    fails(0, 1, 0);
    expect(failures.isLast(0n)).toBe(true);
    expect(failures.isLast(1n)).toBe(false);
    failures.deadLettered();
    fails(1, 100, 299_999);
    expect(failures.isLast(1n)).toBe(false);
    now++;
    expect(failures.isLast(1n)).toBe(true);
    failures.deadLettered();
    fails(2, 9, 300_000);
    failures.deadLettered();
    fails(3, 9, 300_000);
    expect([failures.isLast(3n), failures.isStopped]).toEqual([false, true]);
    failures.succeeded(1);
    expect(failures.isStopped).toBe(false);
    fails(4, 9, 300_000);
    expect([failures.isLast(4n), failures.isStopped]).toEqual([true, false]);
  });

  it('is blamed on a record also while the clock is set back', () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const failures = new PartitionFailures({ ...limits, failures: 2, overMilliseconds: 20 });
    failures.failed(records(0, 1));
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(50);
    expect(failures.isLast(0n)).toBe(true);
    const since = failures.report()?.since.getTime() ?? 0;
    expect(Math.abs(Date.now() - since)).toBeLessThan(60_000);
    vi.useRealTimers();
  });

  it('is said once in ten seconds', () => {
    let now = 1_000_000;
    const failures = new PartitionFailures(limits, () => now);
    const said = Array.from({ length: 1_000 }, () => {
      now += 50;
      failures.failed(records(0, 1));
      return failures.report();
    }).filter((report) => report !== undefined);
    expect(said.map((report) => report.failures)).toEqual([1, 200, 200, 200, 200]);
  });
});
