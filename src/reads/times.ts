import { formatUtc, fromPosixMilliseconds, type Instant, toPosixMilliseconds } from '../domain/time.js';

/** A time of the database as it is shown: UTC with nine decimals. */
export function utcOf(date: Date): string {
  return formatUtc(fromPosixMilliseconds(date.getTime()));
}

/** An instant as a time of the database, rounded down to milliseconds. */
export function dateOf(instant: Instant): Date {
  return new Date(toPosixMilliseconds(instant));
}
