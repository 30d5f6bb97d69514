import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import { utcOf } from './times.js';

/** Lengths of the intervals in which observations are counted, in minutes. */
export const INTERVAL_MINUTES = { hour: 60, day: 1440 } as const;
export type Interval = keyof typeof INTERVAL_MINUTES;

/** For how long counts per minute are stored; see the retention. */
export const RATES_KEPT_DAYS = 35;

export interface ObservationRatesView {
  readonly cache: CacheName;
  readonly by: Interval;
  /** The beginnings of the intervals, without gaps. */
  readonly times: readonly string[];
  /** The detectors that sent observations, in order of their names. */
  readonly detectors: readonly DetectorRateView[];
}

export interface DetectorRateView {
  readonly detector_name: string;
  /** The number of accepted observations in each interval, by time of receipt. */
  readonly observations: readonly number[];
}

interface CountRecord {
  readonly detector: string;
  readonly interval: number;
  readonly observations: number;
}

/** Numbers of observations over time, from the counts per detector and minute that the cache stores. */
export function createObservationRates(prisma: PrismaReads) {
  return {
    /** @param from, to POSIX milliseconds; the intervals that hold them are the first and the last */
    async read(cache: CacheName, by: Interval, from: number, to: number): Promise<ObservationRatesView> {
      const minutes = INTERVAL_MINUTES[by];
      const first = Math.floor(from / 60_000 / minutes);
      const last = Math.floor(to / 60_000 / minutes);
      // One scan of the primary key for each detector.
      const records = await prisma.$queryRaw<CountRecord[]>`
        SELECT d.name AS detector, counted.interval, counted.observations
        FROM detector d CROSS JOIN LATERAL (
          SELECT m.minute / ${minutes}::int AS interval, sum(m.observations)::int AS observations FROM detector_minute m
          WHERE m.cache = ${cache} AND m.detector = d.name AND m.observations > 0
            AND m.minute BETWEEN ${first * minutes}::int AND ${(last + 1) * minutes - 1}::int
          GROUP BY 1) AS counted
        ORDER BY d.name, counted.interval`;
      const counts = new Map<string, number[]>();
      for (const { detector, interval, observations } of records) {
        const own = counts.get(detector) ?? new Array<number>(last - first + 1).fill(0);
        own[interval - first] = observations;
        counts.set(detector, own);
      }
      return {
        cache,
        by,
        times: Array.from({ length: last - first + 1 }, (_, i) => utcOf(new Date((first + i) * minutes * 60_000))),
        detectors: [...counts].map(([detector_name, observations]) => ({ detector_name, observations })),
      };
    },
  };
}
