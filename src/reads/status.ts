import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import { type Duration, formatUtc, type Instant, inSeconds } from '../domain/time.js';
import type { ResetView } from '../domain/views.js';
import { exactNumber } from './page.js';
import { createResets } from './resets.js';
import { utcOf } from './times.js';

/** The state of a cache as its tables show it. */
export interface CacheStatus {
  readonly engine: EngineName;
  readonly window_seconds: number;
  /** Rises with every change of the sub-groups. */
  readonly version: number;
  /** When the sub-groups last changed. */
  readonly as_of: string;
  /** When the last observation of this cache was received. */
  readonly last_observation_at: string | null;
  /** When the last message of any kind for any cache was received. */
  readonly last_message_at: string | null;
  /** The sequence of the last alert; 0 before the first. */
  readonly last_sequence: number;
  /** The number of alerts that are pending for Kafka or a sink. */
  readonly undelivered_alerts: number;
  /** The number of failed deliveries of the last alerts. */
  readonly failed_deliveries: number;
  /** Null: none is stored. */
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
  readonly pending: bigint;
  readonly failed: bigint;
}

/** The configured destinations of alerts. */
export interface Destinations {
  readonly kafka: boolean;
  readonly sinks: readonly string[];
}

/** Failures of older alerts are listed by GET /v1/admin/deliveries. */
const LAST_ALERTS = 200;

/** The state of a cache: two statements that use indexes only, because displays request it every few seconds. */
export function createStatus(prisma: PrismaReads) {
  const resets = createResets(prisma);
  return {
    async of(cache: CacheName, { kafka, sinks }: Destinations): Promise<CacheStatus> {
      // Commands of the server itself are no messages. An alert that is pending for several destinations counts once.
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
          ) AS pending,
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
        undelivered_alerts: exactNumber(record.pending),
        failed_deliveries: exactNumber(record.failed),
        last_reset: lastReset,
      };
    },
  };
}
