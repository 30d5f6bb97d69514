import { formatUtc, fromPosixMilliseconds, type Instant, toPosixMilliseconds } from '../domain/time.js';

/** A time of the database's clock as all times go out: UTC, nine decimals. */
export function utcOf(date: Date): string {
  return formatUtc(fromPosixMilliseconds(date.getTime()));
}

/** An instant by the database's clock, rounded down to milliseconds. */
export function dateOf(instant: Instant): Date {
  return new Date(toPosixMilliseconds(instant));
}
