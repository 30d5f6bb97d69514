import type pg from 'pg';
import { MEASURED_DAYS, type ObservationCounts } from '../../domain/measured-false-alarm.js';

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;
const MEASURED_MINUTES = MEASURED_DAYS * 24 * 60;

/**
 * Counts the live observations of each detector over the last days, by their receipt. Retracted, expired and reset
 * observations count too. Reads the counts per minute: one row for each minute with an observation.
 * @param first when the first message was received; null if there is none
 */
export async function countObservations(
  client: pg.Pool | pg.ClientBase,
  now: Date,
  first: Date | null,
): Promise<ObservationCounts> {
  const minute = Math.floor(now.getTime() / MINUTE_MILLISECONDS);
  const { rows } = await client.query<{ detector: string; observations: number }>(
    `SELECT detector, sum(observations)::float8 AS observations FROM detector_minute
     WHERE cache = 'live' AND minute > $1 AND minute <= $2 AND observations > 0 GROUP BY detector`,
    [minute - MEASURED_MINUTES, minute],
  );
  const observedDays = first === null ? 0 : (now.getTime() - first.getTime()) / DAY_MILLISECONDS;
  return {
    days: Math.max(0, Math.min(MEASURED_DAYS, observedDays)),
    byDetector: new Map(rows.map(({ detector, observations }) => [detector, observations])),
  };
}

/**
 * Since when this server has received messages of detectors: the receipt of its first live message. Messages that were
 * imported from another server do not count.
 */
export async function firstMessageAt(client: pg.Pool | pg.ClientBase): Promise<Date | null> {
  const { rows } = await client.query<{ received_at: Date }>(
    `SELECT received_at FROM message WHERE cache = 'live' AND source NOT LIKE 'import:%'
       AND kind NOT IN ('Expiry', 'Reset', 'UndoReset', 'Mute', 'Unmute', 'Switch') ORDER BY received_at LIMIT 1`,
  );
  return rows[0]?.received_at ?? null;
}
