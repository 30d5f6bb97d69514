import { setTimeout as delay } from 'node:timers/promises';

/** The time by which jobs are due, are tried and fail. */
export interface Clock {
  /** POSIX milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, or early, without error, on the signal. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
};
