import type { JobFailure } from './sender.js';

/** How long a job waits after a failed try, in milliseconds. */
export interface Waits {
  /** The bound after the first failure; it doubles with each try. */
  readonly first: number;
  readonly most: number;
  /** The part of the bound that is always waited; the rest is random. 0 is "full jitter", 0.5 "equal jitter". */
  readonly fixed: number;
  /** The bound where somebody has to change something first. Half of it is always waited. */
  readonly permanent: number;
}

/** Jobs that were told the same time are not all tried again in the same instant. */
const SPREAD = 1_000;
/** The other side may ask for a longer pause, but after this one it is tried again: an alert is news for hours only. */
const LONGEST_PAUSE = 900_000;

/**
 * How long to wait before the next try, in milliseconds: exponential with jitter (AWS Architecture Blog, "Exponential
 * Backoff And Jitter", 2015); not sooner than the other side asked for, up to a quarter of an hour.
 * @param tries how many there were
 */
export function nextDelay(
  { kind, retryAfterMs }: Pick<JobFailure, 'kind' | 'retryAfterMs'>,
  tries: number,
  { first, most, fixed, permanent }: Waits,
  random = Math.random,
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, LONGEST_PAUSE) + random() * SPREAD;
  if (kind === 'permanent') return permanent * (0.5 + random() / 2);
  const bound = Math.min(most, first * 2 ** Math.min(tries - 1, 30));
  return bound * (fixed + (1 - fixed) * random());
}
