import type { PrismaReads } from '../database/prisma.js';
import { type HeartbeatStatus, intervalStatistics } from '../domain/heartbeats/health.js';
import { formatUtc, type Instant } from '../domain/time.js';
import { type Heartbeat, Prisma } from '../generated/prisma/client.js';
import type { HeartbeatSeries, SeriesPoint } from './heartbeat-series.js';
import { exactNumber, type Page, type PageRequest, toPage } from './page.js';
import { dateOf, utcOf } from './times.js';

/** A heartbeat that counts, as lists show it. */
export interface HeartbeatView {
  readonly uuid: string;
  readonly detector_name: string;
  /** CoincidenceTier: an observation. */
  readonly tier: 'Heartbeat' | 'CoincidenceTier';
  readonly detector_status: HeartbeatStatus;
  readonly machine_time_utc: string | null;
  readonly sent_time_utc: string | null;
  readonly received_time_utc: string;
  readonly latency_s: number | null;
  /** Seconds since the previous heartbeat of the detector; null: there is none. */
  readonly interval_s: number | null;
}

export interface HeartbeatFilter {
  readonly detectorName: string;
  /** The time of receipt, both ends included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** When a heartbeat was received, in POSIX milliseconds, and its uuid. */
export type HeartbeatPosition = readonly [receivedMs: number, uuid: string];

/** More points than this can't be told apart in a picture, and make a large file. */
const MOST_POINTS = 1_500;
/** The number of periods of which only the extremes are drawn, if there are more points. */
const THINNED_PERIODS = 300;

/** The heartbeats of the live cache. */
export function createHeartbeats(prisma: PrismaReads) {
  return {
    /** Newest first. */
    async list(
      { detectorName, from, to }: HeartbeatFilter,
      { limit, after }: PageRequest<HeartbeatPosition>,
    ): Promise<Page<HeartbeatView, HeartbeatPosition>> {
      const conditions = [
        Prisma.sql`detector = ${detectorName}`,
        ...(from === undefined ? [] : [Prisma.sql`received_at >= ${dateOf(from)}`]),
        ...(to === undefined ? [] : [Prisma.sql`received_at <= ${dateOf(to)}`]),
        ...(after === undefined ? [] : [Prisma.sql`(received_at, uuid) < (${new Date(after[0])}, ${after[1]}::uuid)`]),
      ];
      const stored = await prisma.$queryRaw<StoredHeartbeat[]>`
        SELECT detector, uuid, received_at, status, observed, sent_ns, machine_ns, latency_s, interval_ms
        FROM heartbeat WHERE ${Prisma.join(conditions, ' AND ')}
        ORDER BY detector DESC, received_at DESC, uuid DESC LIMIT ${limit + 1}`;
      return toPage(stored, limit, ({ received_at, uuid }) => [received_at.getTime(), uuid] as const, view);
    },

    /** The points of a picture. @param from, @param to POSIX milliseconds, both ends included */
    async series(detector: string, from: number, to: number): Promise<HeartbeatSeries> {
      const shown = Prisma.sql`(
        SELECT received_at, status, latency_s,
          CASE WHEN received_at - interval_ms * interval '1 millisecond' >= ${new Date(from)} THEN interval_ms END AS interval_ms
        FROM heartbeat WHERE detector = ${detector} AND received_at BETWEEN ${new Date(from)} AND ${new Date(to)}) AS shown`;
      const [sums] = await prisma.$queryRaw<Sums[]>`
        SELECT count(*)::int AS total, count(interval_ms)::int AS intervals, coalesce(sum(interval_ms), 0)::float8 AS sum,
          coalesce(sum(interval_ms * interval_ms), 0)::float8 AS squares FROM ${shown}`;
      const { total, intervals, sum, squares } = sums as Sums;
      const isThinned = total > MOST_POINTS;
      return {
        detector,
        from,
        to,
        total,
        intervals: intervals < 2 ? null : intervalStatistics(intervals, sum, squares),
        points: await (isThinned ? extremes(prisma, shown, from, to) : all(prisma, shown)),
        thinnedTo: isThinned ? (to - from) / 1_000 / THINNED_PERIODS : null,
      };
    },
  };
}

interface StoredHeartbeat {
  readonly uuid: string;
  readonly detector: string;
  readonly received_at: Date;
  readonly status: HeartbeatStatus;
  readonly observed: boolean;
  readonly sent_ns: bigint | null;
  readonly machine_ns: bigint | null;
  readonly latency_s: Heartbeat['latencyS'];
  readonly interval_ms: Heartbeat['intervalMs'];
}

interface Sums {
  readonly total: number;
  readonly intervals: number;
  readonly sum: number;
  readonly squares: number;
}

function view(stored: StoredHeartbeat): HeartbeatView {
  return {
    uuid: stored.uuid,
    detector_name: stored.detector,
    tier: stored.observed ? 'CoincidenceTier' : 'Heartbeat',
    detector_status: stored.status,
    machine_time_utc: stored.machine_ns === null ? null : formatUtc(stored.machine_ns as Instant),
    sent_time_utc: stored.sent_ns === null ? null : formatUtc(stored.sent_ns as Instant),
    received_time_utc: utcOf(stored.received_at),
    latency_s: stored.latency_s,
    interval_s: stored.interval_ms === null ? null : exactNumber(stored.interval_ms) / 1_000,
  };
}

function all(prisma: PrismaReads, shown: Prisma.Sql): Promise<SeriesPoint[]> {
  return prisma.$queryRaw<SeriesPoint[]>`
    SELECT (extract(epoch FROM received_at) * 1000)::float8 AS received, status,
      interval_ms::float8 / 1000 AS interval, latency_s AS latency
    FROM ${shown} ORDER BY received_at`;
}

/** The heartbeats of each period with the shortest and longest interval and latency, separately for ON and OFF. */
async function extremes(prisma: PrismaReads, shown: Prisma.Sql, from: number, to: number): Promise<SeriesPoint[]> {
  type Extreme = readonly (number | null)[] | null;
  const rows = await prisma.$queryRaw<{ status: HeartbeatStatus; by_interval: Extreme[]; by_latency: Extreme[] }[]>`
    WITH point AS (
      SELECT status, (extract(epoch FROM received_at) * 1000)::float8 AS received,
        interval_ms::float8 / 1000 AS interval, latency_s AS latency
      FROM ${shown}
    )
    SELECT status,
      json_build_array(min(ARRAY[interval, received, latency]),
        max(ARRAY[interval, received, latency]) FILTER (WHERE interval IS NOT NULL)) AS by_interval,
      json_build_array(min(ARRAY[latency, received, interval]),
        max(ARRAY[latency, received, interval]) FILTER (WHERE latency IS NOT NULL)) AS by_latency
    FROM point
    GROUP BY status, width_bucket(received, ${from}::float8, ${to}::float8, ${THINNED_PERIODS}::int)`;
  const points = new Map<string, SeriesPoint>();
  const add = (status: HeartbeatStatus, received: number, interval: number | null, latency: number | null) =>
    points.set(`${status} ${received} ${interval} ${latency}`, { received, status, interval, latency });
  for (const { status, by_interval, by_latency } of rows) {
    for (const extreme of by_interval) {
      if (extreme === null) continue;
      const [interval = null, received, latency = null] = extreme;
      add(status, received as number, interval, latency);
    }
    for (const extreme of by_latency) {
      if (extreme === null) continue;
      const [latency = null, received, interval = null] = extreme;
      add(status, received as number, interval, latency);
    }
  }
  return [...points.values()].sort((a, b) => a.received - b.received);
}
