/** Records have timestamps since Kafka 0.10 (May 2016). */
const FIRST_TIMESTAMP = Date.UTC(2016, 0, 1);

/**
 * The time of receipt of a record: its timestamp, which producers may set freely, but not later than now. A timestamp from
 * before Kafka had any is invalid or in another unit, and counts as now. Thus a timestamp in the future does not help to
 * evade the limits on neutrino times and the quotas, which depend on the time of receipt.
 * @param timestamp POSIX milliseconds, as the client gives it
 * @returns POSIX milliseconds
 */
export function receiptOf(timestamp: string | number, now = Date.now()): number {
  const stamped = Number(timestamp);
  return stamped >= FIRST_TIMESTAMP && stamped <= now ? stamped : now;
}
