import type { PrismaReads } from '../database/prisma.js';
import { DAY_MILLISECONDS, type DetectorStatus, toleratedSilence } from '../domain/heartbeats/health.js';
import { Prisma } from '../generated/prisma/client.js';
import { createDetectors } from './detectors.js';
import type { HeartbeatSeries } from './heartbeat-series.js';
import { createHeartbeats } from './heartbeats.js';

/** A summary of the heartbeats of a detector in the last 24 h. Intervals, gaps and latencies in seconds. */
export interface HeartbeatDay {
  readonly series: HeartbeatSeries;
  readonly status: DetectorStatus;
  /** The numbers of heartbeats with the status ON and OFF. */
  readonly on: number;
  readonly off: number;
  /** Of the heartbeats with a time of sending; null: there is none. */
  readonly latency: Latency | null;
  /** The number of intervals after which the detector was late. */
  readonly gaps: number;
  /** The longest gaps, longest first. */
  readonly longestGaps: readonly Gap[];
}

export interface Latency {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Gap {
  readonly seconds: number;
  /** When the heartbeat that ended the gap was received. */
  readonly ended: Date;
}

const MOST_GAPS = 5;

/** Summaries of heartbeats for the feedback of a detector. */
export function createHeartbeatDays(prisma: PrismaReads) {
  return {
    /** Reads the 24 h before `to`. */
    before: (detector: string, to: Date): Promise<HeartbeatDay> => readDay(prisma, detector, to),
  };
}

async function readDay(prisma: PrismaReads, detector: string, to: Date): Promise<HeartbeatDay> {
  const from = new Date(to.getTime() - DAY_MILLISECONDS);
  const series = await createHeartbeats(prisma).series(detector, from.getTime(), to.getTime());
  const known = await createDetectors(prisma, () => to).byName(detector);
  const day = Prisma.sql`heartbeat WHERE detector = ${detector} AND received_at BETWEEN ${from} AND ${to}`;
  const [sums] = await prisma.$queryRaw<[Sums]>`
    SELECT count(*) FILTER (WHERE status = 'ON')::int AS on, count(*) FILTER (WHERE status = 'OFF')::int AS off,
      count(latency_s)::int AS count, avg(latency_s) AS mean, min(latency_s) AS least, max(latency_s) AS most,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_s) AS median
    FROM ${day}`;
  const { on, off, count, mean, median, least, most } = sums;
  const isNone = mean === null || median === null || least === null || most === null;
  return {
    series,
    status: known?.status ?? 'UNKNOWN',
    on,
    off,
    latency: isNone ? null : { count, mean, median, least, most },
    ...(await readGaps(prisma, day, series, from)),
  };
}

interface Sums {
  readonly on: number;
  readonly off: number;
  readonly count: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

async function readGaps(
  prisma: PrismaReads,
  day: Prisma.Sql,
  { intervals }: HeartbeatSeries,
  from: Date,
): Promise<Pick<HeartbeatDay, 'gaps' | 'longestGaps'>> {
  if (intervals === null) return { gaps: 0, longestGaps: [] };
  const rows = await prisma.$queryRaw<{ seconds: number; ended: Date; gaps: number }[]>`
    SELECT interval_ms::float8 / 1000 AS seconds, received_at AS ended, count(*) OVER ()::int AS gaps FROM ${day}
      AND received_at - interval_ms * interval '1 millisecond' >= ${from} AND interval_ms > ${toleratedSilence(intervals)}::float8
    ORDER BY interval_ms DESC, received_at LIMIT ${MOST_GAPS}`;
  return { gaps: rows[0]?.gaps ?? 0, longestGaps: rows.map(({ seconds, ended }) => ({ seconds, ended })) };
}
