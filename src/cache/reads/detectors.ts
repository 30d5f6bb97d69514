import type { PrismaReads } from '../../database/prisma.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type Page, type PageRequest, toPage } from './page.js';
import { utcOf } from './times.js';

export const DETECTOR_STATUSES = ['ON', 'OFF', 'LATE', 'UNKNOWN'] as const;
export type DetectorStatus = (typeof DETECTOR_STATUSES)[number];

export interface HeartbeatView {
  readonly received_time_utc: string;
  readonly detector_status: 'ON' | 'OFF';
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
  /** When a message of any kind last came in, within a minute. */
  readonly last_message_at: string | null;
  readonly last_heartbeat: HeartbeatView | null;
  readonly status: DetectorStatus;
}

interface DetectorRecord {
  readonly name: string;
  readonly id: number;
  readonly full_name: string;
  readonly type: string;
  readonly site: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly last_message_at: Date | null;
  readonly heartbeat_at: Date | null;
  readonly detector_status: string | null;
}

/** A detector whose last heartbeat, or observation, is older counts as off, whatever it said. */
const SILENCE_MS = 24 * 3_600_000;

/** The detectors that take part, and what their heartbeats say. `now` reads the clock. */
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

    async byName(name: string): Promise<DetectorView | null> {
      const [record] = await read(prisma, Prisma.sql`WHERE name = ${name}`);
      return record === undefined ? null : detectorView(record, now());
    },
  };
}

/** @param which of the detectors, and in what order */
function read(prisma: PrismaReads, which: Prisma.Sql): Promise<DetectorRecord[]> {
  // Whoever observes is on. What was sent as a test or in a fire drill says nothing about the detector.
  return prisma.$queryRaw<DetectorRecord[]>`
    SELECT d.name, d.id, d.full_name, d.type, d.site, d.latitude, d.longitude, d.last_message_at,
      h.received_at AS heartbeat_at, h.detector_status
    FROM (SELECT * FROM detector ${which}) AS d
    LEFT JOIN LATERAL (
      SELECT received_at, CASE kind WHEN 'Heartbeat' THEN body ->> 'detector_status' ELSE 'ON' END AS detector_status FROM message
      WHERE kind IN ('Heartbeat', 'CoincidenceTier') AND cache = 'live' AND detector = d.name
      ORDER BY received_at DESC LIMIT 1
    ) AS h ON true
    ORDER BY d.name`;
}

function detectorView(record: DetectorRecord, now: Date): DetectorView {
  const heartbeat = lastHeartbeat(record);
  const isSilent = record.heartbeat_at !== null && now.getTime() - record.heartbeat_at.getTime() > SILENCE_MS;
  return {
    name: record.name,
    id: record.id,
    full_name: record.full_name,
    type: record.type,
    site: record.site,
    latitude: record.latitude,
    longitude: record.longitude,
    last_message_at: record.last_message_at === null ? null : utcOf(record.last_message_at),
    last_heartbeat: heartbeat,
    status: heartbeat === null ? 'UNKNOWN' : isSilent ? 'OFF' : heartbeat.detector_status,
  };
}

function lastHeartbeat(record: DetectorRecord): HeartbeatView | null {
  if (record.heartbeat_at === null) return null;
  return {
    received_time_utc: utcOf(record.heartbeat_at),
    // Only ON and OFF are accepted, in any case.
    detector_status: record.detector_status?.toUpperCase() === 'ON' ? 'ON' : 'OFF',
  };
}
