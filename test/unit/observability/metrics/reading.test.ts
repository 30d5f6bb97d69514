import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReading } from '../../../../src/observability/metrics/reading.js';
import { silentLog } from '../../../support/logs.js';

describe('a figure that is read at a scrape', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is read once for all scrapes within 5 s', async () => {
    let asked = 0;
    const reading = createReading('figure', async () => ++asked, silentLog);
    expect(await Promise.all([reading(), reading()])).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(await reading()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await reading()).toBe(2);
  });

  it('is awaited for 2 s, and not read again meanwhile', async () => {
    let answer: (figure: number) => void = () => undefined;
    let asked = 0;
    const read = () => {
      asked++;
      return new Promise<number>((resolve) => {
        answer = resolve;
      });
    };
    const reading = createReading('figure', read, silentLog);
    const looks = [reading(), reading()];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await Promise.all(looks)).toEqual([undefined, undefined]);
    const later = reading();
    answer(7);
    expect(await later).toBe(7);
    expect(asked).toBe(1);
  });

  it('is missing, and not outdated, if it cannot be read', async () => {
    let isAway = false;
    const read = async () => {
      if (isAway) throw new Error('away');
      return 1;
    };
    const reading = createReading('figure', read, silentLog);
    expect(await reading()).toBe(1);
    isAway = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await reading()).toBeUndefined();
    isAway = false;
    expect(await reading()).toBe(1);
  });
});
