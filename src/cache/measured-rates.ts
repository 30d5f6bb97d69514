import type pg from 'pg';
import { MEASURED_DAYS, type ObservationCounts } from '../domain/measured-false-alarm.js';

/** A rate over a month hardly changes within this time. */
const REFRESH_MILLISECONDS = 60_000;
const MINUTE_MILLISECONDS = 60_000;
const MEASURED_MINUTES = MEASURED_DAYS * 24 * 60;

interface Log {
  warn(details: object, message: string): void;
}

/**
 * The live observations of each detector over the last days, by their receipt. Those that were retracted, expired or
 * reset since count too: they were triggers. Reads the counts per minute: as many rows as there were minutes with one.
 */
export async function countObservations(client: pg.Pool | pg.ClientBase, now: Date): Promise<ObservationCounts> {
  const minute = Math.floor(now.getTime() / MINUTE_MILLISECONDS);
  const { rows } = await client.query<{ detector: string; observations: number }>(
    `SELECT detector, sum(observations)::float8 AS observations FROM detector_minute
     WHERE cache = 'live' AND minute > $1 AND minute <= $2 GROUP BY detector`,
    [minute - MEASURED_MINUTES, minute],
  );
  return new Map(rows.map(({ detector, observations }) => [detector, observations]));
}

/** Counts now and each minute, so that commands find the counts at hand. While counting fails, the last ones hold. */
export function startMeasuredRates(pool: pg.Pool, log: Log) {
  let counts: ObservationCounts | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = refresh();

  async function refresh(): Promise<void> {
    try {
      counts = await countObservations(pool, new Date());
    } catch (error) {
      log.warn({ err: error }, 'measured-rates:not-counted');
    }
    if (!stopped) {
      timer = setTimeout(() => {
        running = refresh();
      }, REFRESH_MILLISECONDS);
    }
  }

  return {
    /** Null until they were counted for the first time. */
    counts: (): ObservationCounts | null => counts,
    /** Ends when the count that is under way has. */
    counted: (): Promise<void> => running,
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
