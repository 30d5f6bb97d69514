/** Records have timestamps since Kafka 0.10, of May 2016. */
const FIRST_TIMESTAMP = Date.UTC(2016, 0, 1);

/**
 * When a record was received: at its timestamp, which producers set as they like, and not later than now. A timestamp from
 * before there were any is none, or of another unit. So whoever stamps a record with a time to come gains nothing by it:
 * the limits on neutrino times and the quotas go by the receipt.
 * @param timestamp POSIX milliseconds, as the client gives it
 * @returns POSIX milliseconds
 */
export function receiptOf(timestamp: string | number, now = Date.now()): number {
  const stamped = Number(timestamp);
  return stamped >= FIRST_TIMESTAMP && stamped <= now ? stamped : now;
}
