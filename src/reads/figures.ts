import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';

/** The size of a cache. */
export interface CacheFigures {
  readonly cache: CacheName;
  readonly activeObservations: number;
  /** Including those with one row. */
  readonly openSubGroups: number;
}

/** The message that caused an alert. */
export interface AlertReceipt {
  readonly cache: CacheName;
  /** POSIX milliseconds. */
  readonly receivedAt: number;
}

/** Figures for metrics. */
export function createFigures(prisma: PrismaReads) {
  return {
    /** The sizes of all caches. */
    async caches(): Promise<readonly CacheFigures[]> {
      const rows = await prisma.$queryRaw<{ cache: CacheName; observations: number; sub_groups: number }[]>`
        SELECT name AS cache,
          (SELECT count(*)::int FROM observation o WHERE o.cache = name AND o.state = 'active') AS observations,
          (SELECT count(*)::int FROM sub_group s WHERE s.cache = name AND s.closed_at IS NULL) AS sub_groups
        FROM cache`;
      return rows.map((row) => ({
        cache: row.cache,
        activeObservations: row.observations,
        openSubGroups: row.sub_groups,
      }));
    },

    /** When the messages that caused alerts were received, by the ids of the alerts; without messages that are no longer stored. */
    async alertReceipts(alerts: readonly string[]): Promise<ReadonlyMap<string, AlertReceipt>> {
      const rows = await prisma.$queryRaw<{ id: string; cache: CacheName; received_at: Date }[]>`
        SELECT alert.id, alert.cache, message.received_at
        FROM alert JOIN message ON message.uuid = alert.message_uuid WHERE alert.id = ANY (${[...alerts]}::uuid[])`;
      return new Map(rows.map((row) => [row.id, { cache: row.cache, receivedAt: row.received_at.getTime() }]));
    },
  };
}
