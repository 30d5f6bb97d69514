import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import { type Duration, formatUtc, type Instant, inSeconds } from '../domain/time.js';
import type { ResetView } from '../domain/views.js';
import { exactNumber } from './page.js';
import { createResets } from './resets.js';
import { utcOf } from './times.js';

/** How a cache stands, as its own tables tell. */
export interface CacheStatus {
  readonly engine: EngineName;
  readonly window_seconds: number;
  /** Rises with every change of the tables. */
  readonly version: number;
  /** When the tables last changed. */
  readonly as_of: string;
  /** When the last observation of this cache was received. */
  readonly last_observation_at: string | null;
  /** When the last message of any kind and any cache came in. */
  readonly last_message_at: string | null;
  /** Of the last alert; 0: none yet. */
  readonly last_sequence: number;
  /** Alerts that have not reached Kafka, or a sink, yet. */
  readonly undelivered_alerts: number;
  /** Deliveries of the last alerts that were given up. */
  readonly failed_deliveries: number;
  /** Null: none is kept. */
  readonly last_reset: ResetView | null;
}

interface StatusRecord {
  readonly engine: EngineName;
  readonly window_ns: bigint;
  readonly version: bigint;
  readonly changed_at: Date;
  readonly observed_ns: bigint | null;
  readonly message_at: Date | null;
  readonly last_sequence: bigint;
  readonly undelivered: bigint;
  readonly failed: bigint;
}

/** Where alerts go, as it is configured. */
export interface Destinations {
  readonly kafka: boolean;
  readonly sinks: readonly string[];
}

/** Older alerts' failures are history: GET /v1/admin/deliveries has them. */
const LAST_ALERTS = 200;

/** A cache at a glance: two statements, by indexes alone, as screens ask for it every few seconds. */
export function createStatus(prisma: PrismaReads) {
  const resets = createResets(prisma);
  return {
    async of(cache: CacheName, { kafka, sinks }: Destinations): Promise<CacheStatus> {
      // What the server notes of itself is no message. An alert that several destinations wait for is one.
      const [[record], lastReset] = await Promise.all([
        prisma.$queryRaw<StatusRecord[]>`
        SELECT c.engine, c.window_ns, c.version, c.changed_at, c.next_sequence - 1 AS last_sequence,
          (SELECT received_ns FROM observation WHERE cache = c.name ORDER BY command DESC LIMIT 1) AS observed_ns,
          (SELECT received_at FROM message WHERE kind NOT IN ('Expiry', 'Reset', 'UndoReset', 'Mute', 'Unmute', 'Switch')
            ORDER BY received_at DESC LIMIT 1) AS message_at,
          (SELECT count(*) FROM (
            SELECT a.id FROM alert_publication p JOIN alert a ON a.cache = p.cache AND a.sequence > p.sequence
              WHERE p.cache = c.name AND ${kafka}::boolean
            UNION SELECT a.id FROM sink_position p JOIN alert a ON a.cache = p.cache AND a.sequence > p.sequence
              WHERE p.cache = c.name AND p.sink = ANY(${sinks}::text[])
            UNION SELECT a.id FROM delivery d JOIN alert a ON a.id = d.alert_id
              WHERE d.state IN ('waiting', 'sending') AND d.sink = ANY(${sinks}::text[]) AND a.cache = c.name) AS waiting
          ) AS undelivered,
          (SELECT count(*) FROM alert a JOIN delivery d ON d.alert_id = a.id
            WHERE a.cache = c.name AND a.sequence >= c.next_sequence - ${LAST_ALERTS} AND d.state = 'failed') AS failed
        FROM cache c WHERE c.name = ${cache}`,
        resets.last(cache),
      ]);
      if (record === undefined) throw new Error(`the cache ${cache} has not been created`);
      return {
        engine: record.engine,
        window_seconds: inSeconds(record.window_ns as Duration),
        version: exactNumber(record.version),
        as_of: utcOf(record.changed_at),
        last_observation_at: record.observed_ns === null ? null : formatUtc(record.observed_ns as Instant),
        last_message_at: record.message_at === null ? null : utcOf(record.message_at),
        last_sequence: exactNumber(record.last_sequence),
        undelivered_alerts: exactNumber(record.undelivered),
        failed_deliveries: exactNumber(record.failed),
        last_reset: lastReset,
      };
    },
  };
}
