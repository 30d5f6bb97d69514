import type { DeliveryError } from './sinks/sink.js';

/** In milliseconds: the first wait, the longest one, and that where somebody has to change something first. */
const WAIT = { first: 1_000, most: 300_000, permanent: 600_000 };
/** Not all who were told the same time come back in the same instant. */
const SPREAD = 1_000;
/** Whoever asks to be left alone for longer is asked again all the same: an alert is news for hours only. */
const LONGEST_PAUSE = 900_000;

/**
 * How long to wait before the next try, in milliseconds: exponential with full jitter, as the AWS Architecture Blog
 * ("Exponential Backoff And Jitter", 2015) found best; not sooner than the other side asked for, up to a quarter of an hour.
 * @param tries how many there were
 */
export function nextDelay({ kind, retryAfterMs }: DeliveryError, tries: number, random = Math.random): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, LONGEST_PAUSE) + random() * SPREAD;
  if (kind === 'permanent') return WAIT.permanent * (0.5 + random() / 2);
  return random() * Math.min(WAIT.most, WAIT.first * 2 ** Math.min(tries - 1, 30));
}
