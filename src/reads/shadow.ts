import type { PrismaReads } from '../database/prisma.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import type {
  ShadowAlertView,
  ShadowCacheView,
  ShadowDifferenceKind,
  ShadowDifferenceView,
  ShadowView,
} from '../domain/views.js';
import { type Cache, Prisma, type ShadowDifference, type ShadowPosition } from '../generated/prisma/client.js';
import { readBounded } from './bounded-list.js';
import { exactNumber, type Page, type PageRequest } from './page.js';
import { utcOf } from './times.js';
import { bytesOf } from './within-bytes.js';

export interface DifferenceFilter {
  readonly cache?: CacheName | undefined;
  readonly kind?: ShadowDifferenceKind | undefined;
}

/**
 * How the shadow engine compares with the engine of each cache. Every replica can report it, whichever one compares.
 * @param engine undefined: there is no shadow engine; earlier comparisons with other engines are not shown
 */
export function createShadowReports(prisma: PrismaReads, engine: EngineName | undefined) {
  return {
    async summary(): Promise<ShadowView> {
      if (engine === undefined) return { engine: null, caches: [] };
      // Positions are read first: so no position is ahead of its cache.
      const positions = await prisma.shadowPosition.findMany({ where: { engine } });
      const caches = await prisma.cache.findMany();
      const views = CACHE_NAMES.flatMap((name) => {
        const position = positions.find(({ cache }) => cache === name);
        const cache = caches.find((known) => known.name === name);
        return position === undefined || cache === undefined ? [] : [cacheView(name, cache, position)];
      });
      return { engine, caches: views };
    },

    /** Newest first. */
    async differences(
      { cache, kind }: DifferenceFilter,
      page: PageRequest<number>,
    ): Promise<Page<ShadowDifferenceView, number>> {
      if (engine === undefined) return { items: [], next: null };
      const { items, next } = await readBounded<ShadowDifference, ShadowDifference, number>(
        prisma,
        {
          columns: COLUMNS,
          table: Prisma.sql`shadow_difference`,
          where: [
            Prisma.sql`engine = ${engine}`,
            ...(cache === undefined ? [] : [Prisma.sql`cache = ${cache}`]),
            ...(kind === undefined ? [] : [Prisma.sql`kind = ${kind}`]),
          ],
          beyond: (id) => Prisma.sql`id < ${id}`,
          order: Prisma.sql`id DESC`,
          bytes: bytesOf('main_alerts', 'shadow_alerts', 'fault'),
          key: ({ id }) => exactNumber(id),
          view: (difference) => difference,
        },
        page,
      );
      const events = await eventsOf(prisma, items);
      return { items: items.map((one) => differenceView(one, events.get(placeOf(one)) ?? [])), next };
    },
  };
}

function cacheView(name: CacheName, cache: Cache, position: ShadowPosition): ShadowCacheView {
  const { command, since, lastErrorAt } = position;
  return {
    cache: name,
    main_engine: cache.engine as EngineName,
    since_command: exactNumber(since),
    command: exactNumber(command),
    lag: exactNumber(cache.nextCommand - 1n - command),
    compared: exactNumber(position.compared),
    main_alerts: exactNumber(position.mainAlerts),
    shadow_alerts: exactNumber(position.shadowAlerts),
    equal_alerts: exactNumber(position.equalAlerts),
    differences: {
      'main-only': exactNumber(position.mainOnly),
      'shadow-only': exactNumber(position.shadowOnly),
      'other-type': exactNumber(position.otherType),
      'other-rows': exactNumber(position.otherRows),
      fault: exactNumber(position.errors),
    },
    last_fault: position.lastError,
    last_fault_at: lastErrorAt === null ? null : utcOf(lastErrorAt),
  };
}

/** A `ShadowDifference`. */
const COLUMNS = Prisma.sql`
  id, cache, engine, command, message_uuid AS "messageUuid", message_kind AS "messageKind", detector,
  received_at AS "receivedAt", kind, main_alerts AS "mainAlerts", shadow_alerts AS "shadowAlerts", fault AS error, at`;

/** A command: it is counted in its cache. */
interface Place {
  readonly cache: string;
  readonly command: bigint;
}

function placeOf({ cache, command }: Place): string {
  return `${cache} ${command}`;
}

/** The events of the alerts that each command caused. */
async function eventsOf(prisma: PrismaReads, places: readonly Place[]): Promise<ReadonlyMap<string, string[]>> {
  const events = new Map<string, string[]>();
  for (const cache of CACHE_NAMES) {
    const commands = places.filter((place) => place.cache === cache).map(({ command }) => command);
    if (commands.length === 0) continue;
    // A command may have caused thousands of alerts, but few events.
    const caused = await prisma.$queryRaw<{ command: bigint; event_id: string }[]>`
      SELECT command, event_id FROM alert WHERE cache = ${cache} AND command = ANY(${commands}::bigint[])
      GROUP BY command, event_id ORDER BY min(sequence)`;
    for (const { command, event_id } of caused) {
      const place = placeOf({ cache, command });
      events.set(place, [...(events.get(place) ?? []), event_id]);
    }
  }
  return events;
}

/** @param stored this server wrote its kind and alerts, so they are not checked */
function differenceView(stored: ShadowDifference, events: readonly string[]): ShadowDifferenceView {
  return {
    id: exactNumber(stored.id),
    cache: stored.cache as CacheName,
    command: exactNumber(stored.command),
    message_uuid: stored.messageUuid,
    message_kind: stored.messageKind,
    detector_name: stored.detector,
    received_time_utc: utcOf(stored.receivedAt),
    kind: stored.kind as ShadowDifferenceKind,
    main_alerts: stored.mainAlerts as unknown as ShadowAlertView[],
    shadow_alerts: stored.shadowAlerts as unknown as ShadowAlertView[],
    event_ids: events,
    fault: stored.error,
    compared_at: utcOf(stored.at),
  };
}
