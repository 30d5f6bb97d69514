import type { PrismaReads } from '../database/prisma.js';
import {
  type DetectorStatus,
  type HeartbeatStatus,
  type HeartbeatSums,
  healthOf,
} from '../domain/heartbeats/health.js';
import { formatUtc, type Instant } from '../domain/time.js';
import { Prisma } from '../generated/prisma/client.js';
import { type Page, type PageRequest, toPage } from './page.js';
import { utcOf } from './times.js';

/** The last heartbeat: a message, or an observation in the live cache. */
export interface LastHeartbeatView {
  readonly received_time_utc: string;
  readonly detector_status: HeartbeatStatus;
  readonly sent_time_utc: string | null;
  /** From sending to receipt; negative if the detector's clock is ahead. */
  readonly latency_s: number | null;
}

export interface UsualIntervalView {
  readonly mean_s: number;
  readonly sigma_s: number;
}

export interface DetectorView {
  readonly name: string;
  readonly id: number;
  readonly full_name: string;
  readonly type: string;
  readonly site: string;
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
  /** When the last message of any kind was received, to within a minute. */
  readonly last_message_at: string | null;
  readonly last_heartbeat: LastHeartbeatView | null;
  readonly usual_interval: UsualIntervalView | null;
  /** After this time the detector is late. */
  readonly heartbeat_expected_by: string | null;
  readonly status: DetectorStatus;
}

/** The columns of the table `detector` that concern heartbeats. */
export interface DetectorPulse {
  readonly last_beat_at: Date | null;
  readonly beat_status: HeartbeatStatus | null;
  readonly first_beat_at: Date | null;
  readonly beats: number;
  readonly beat_squares: bigint;
}

interface DetectorRecord extends DetectorPulse {
  readonly name: string;
  readonly id: number;
  readonly full_name: string;
  readonly type: string;
  readonly site: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly last_message_at: Date | null;
  readonly sent_ns: bigint | null;
  readonly latency_s: number | null;
}

/** The detectors and the state of their heartbeats. `now` reads the clock. */
export function createDetectors(prisma: PrismaReads, now: () => Date = () => new Date()) {
  return {
    /** By name. */
    async list(page: PageRequest<string>): Promise<Page<DetectorView, string>> {
      const after = page.after === undefined ? Prisma.empty : Prisma.sql`WHERE name > ${page.after}`;
      const records = await read(prisma, Prisma.sql`${after} ORDER BY name LIMIT ${page.limit + 1}`);
      const clock = now();
      return toPage(
        records,
        page.limit,
        ({ name }) => name,
        (record) => detectorView(record, clock),
      );
    },

    /** True if there is a detector of this name. */
    isKnown: async (name: string): Promise<boolean> => (await unknown(prisma, [name])).length === 0,

    /** Those of the names that no detector has. */
    unknown: (names: readonly string[]): Promise<string[]> => unknown(prisma, names),

    async byName(name: string): Promise<DetectorView | null> {
      const [record] = await read(prisma, Prisma.sql`WHERE name = ${name}`);
      return record === undefined ? null : detectorView(record, now());
    },
  };
}

async function unknown(prisma: PrismaReads, names: readonly string[]): Promise<string[]> {
  const found = await prisma.detector.findMany({ where: { name: { in: [...names] } }, select: { name: true } });
  const known = new Set(found.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/** @param which the condition, order and limit */
function read(prisma: PrismaReads, which: Prisma.Sql): Promise<DetectorRecord[]> {
  return prisma.$queryRaw<DetectorRecord[]>`
    SELECT d.name, d.id, d.full_name, d.type, d.site, d.latitude, d.longitude, d.last_message_at,
      d.last_beat_at, d.beat_status, d.first_beat_at, d.beats, d.beat_squares, h.sent_ns, h.latency_s
    FROM (SELECT name, id, full_name, type, site, latitude, longitude, last_message_at, last_beat, last_beat_at,
        beat_status, first_beat_at, beats, beat_squares FROM detector ${which}) AS d
    LEFT JOIN heartbeat h ON (h.detector, h.received_at, h.uuid) = (d.name, d.last_beat_at, d.last_beat)
    ORDER BY d.name`;
}

function detectorView(record: DetectorRecord, now: Date): DetectorView {
  const { status, usual, expectedBy } = healthOf(pulseOf(record), now.getTime());
  return {
    name: record.name,
    id: record.id,
    full_name: record.full_name,
    type: record.type,
    site: record.site,
    latitude: record.latitude,
    longitude: record.longitude,
    last_message_at: record.last_message_at === null ? null : utcOf(record.last_message_at),
    last_heartbeat: lastHeartbeat(record),
    usual_interval: usual === null ? null : { mean_s: usual.mean, sigma_s: usual.sigma },
    heartbeat_expected_by: expectedBy === null ? null : utcOf(new Date(expectedBy)),
    status,
  };
}

/** A summary of the heartbeats of a detector; null: there was none. */
export function pulseOf({
  last_beat_at,
  first_beat_at,
  beat_status,
  beats,
  beat_squares,
}: DetectorPulse): HeartbeatSums | null {
  if (last_beat_at === null || first_beat_at === null || beat_status === null) return null;
  return {
    lastHeartbeat: last_beat_at.getTime(),
    lastStatus: beat_status,
    firstHeartbeat: first_beat_at.getTime(),
    heartbeats: beats,
    squares: Number(beat_squares),
  };
}

function lastHeartbeat({ last_beat_at, beat_status, sent_ns, latency_s }: DetectorRecord): LastHeartbeatView | null {
  if (last_beat_at === null || beat_status === null) return null;
  return {
    received_time_utc: utcOf(last_beat_at),
    detector_status: beat_status,
    sent_time_utc: sent_ns === null ? null : formatUtc(sent_ns as Instant),
    latency_s,
  };
}
