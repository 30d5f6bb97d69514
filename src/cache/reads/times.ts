import { formatUtc, fromPosixMilliseconds } from '../../domain/time.js';

/** A time of the database's clock as all times go out: UTC, nine decimals. */
export function utcOf(date: Date): string {
  return formatUtc(fromPosixMilliseconds(date.getTime()));
}
