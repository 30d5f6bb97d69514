import type pg from 'pg';
import type { ObservationCounts } from '../../domain/measured-false-alarm.js';
import { countObservations, firstMessageAt } from '../store/observation-counts.js';

/** A rate over a month hardly changes within this time. */
const REFRESH_MILLISECONDS = 60_000;

interface Log {
  warn(details: object, message: string): void;
}

/** Counts now and each minute, so that commands find the counts at hand. While counting fails, the last ones hold. */
export function startMeasuredRates(pool: pg.Pool, log: Log) {
  let counts: ObservationCounts | null = null;
  /** Looked for until there is one: it stays the first. */
  let first: Date | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = refresh();

  async function refresh(): Promise<void> {
    try {
      first ??= await firstMessageAt(pool);
      counts = await countObservations(pool, new Date(), first);
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
