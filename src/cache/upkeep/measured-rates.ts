import type pg from 'pg';
import type { Log } from '../../domain/log.js';
import type { ObservationCounts } from '../../domain/measured-false-alarm.js';
import { countObservations, firstMessageAt } from '../store/observation-counts.js';

/** How often the rates are counted. A rate over a month hardly changes within this time. */
const REFRESH_MILLISECONDS = 60_000;

/** Counts at the start and every minute, so that commands need not. While counting fails, the last counts are used. */
export function startMeasuredRates(pool: pg.Pool, log: Log) {
  let counts: ObservationCounts | null = null;
  /** Queried until there is one; after that it does not change. */
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
    /** Null until they have been counted once. */
    counts: (): ObservationCounts | null => counts,
    /** Resolves when the current count is done. */
    counted: (): Promise<void> => running,
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
