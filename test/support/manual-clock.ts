import type { Clock } from '../../src/database/jobs/clock.js';

export interface ManualClock extends Clock {
  /** How many wait for it. */
  waiting(): number;
  /** Goes on to when the next of those who wait is done, but not beyond a time. */
  step(until: number): void;
  advance(milliseconds: number): void;
}

/** A clock that stands still until it is told to go on. */
export function createManualClock(start = Date.now()): ManualClock {
  let now = start;
  const waits = new Set<{ readonly at: number; readonly done: () => void }>();

  function goTo(time: number): void {
    now = Math.max(now, time);
    for (const wait of [...waits]) if (wait.at <= now) wait.done();
  }

  return {
    now: () => now,
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const done = () => {
          waits.delete(wait);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const wait = { at: now + milliseconds, done };
        if (signal.aborted || milliseconds <= 0) return resolve();
        waits.add(wait);
        signal.addEventListener('abort', done);
      }),
    waiting: () => waits.size,
    step: (until) => goTo(Math.min(until, ...[...waits].map(({ at }) => at))),
    advance: (milliseconds) => goTo(now + milliseconds),
  };
}
