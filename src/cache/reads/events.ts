import type { PrismaReads } from '../../database/prisma.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { AlertView, EventState, TableView } from '../../domain/views.js';
import type { Event } from '../../generated/prisma/client.js';
import { alertView } from './alerts.js';
import { type Page, type PageRequest, toPage } from './page.js';
import { JOIN_ROWS, type ReadSubGroup, ROW_COLUMNS, type SubGroupRowRecord, toSubGroups } from './table-rows.js';
import { utcOf } from './times.js';

/** No alert's rows lie further apart: a window is an hour at most, and snews_cs looked to both sides of a row. */
const LONGEST_ALERT_NS = 2n * 3_600_000_000_000n;

export interface EventSummaryView {
  readonly id: string;
  readonly cache: CacheName;
  readonly state: EventState;
  readonly pre_sn: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface EventView extends EventSummaryView {
  /** Events that share observations with this one, sorted by id. */
  readonly related_events: readonly string[];
  readonly best_table: TableView | null;
  /** The open ones and those kept since they closed, by ascending number. */
  readonly sub_groups: readonly TableView[];
  readonly alerts: readonly AlertView[];
}

/** What sorts events: the UTC day of the first neutrino time, then the event's count on it. */
export type EventKey = readonly [day: string, ordinal: number];

/** Astrophysical candidates. */
export function createEvents(prisma: PrismaReads) {
  return {
    async list(cache: CacheName, page: PageRequest<EventKey>): Promise<Page<EventSummaryView, EventKey>> {
      const direction = page.descending ? 'desc' : 'asc';
      const stored = await prisma.event.findMany({
        where: { cache, ...(page.after === undefined ? {} : beyond(page.after, page.descending ? 'lt' : 'gt')) },
        orderBy: [{ day: direction }, { ordinal: direction }],
        take: page.limit + 1,
      });
      return toPage(stored, page.limit, ({ day, ordinal }) => [day, ordinal], summaryView);
    },

    async byId(id: string): Promise<EventView | null> {
      // One snapshot: an event's alerts and tables must agree.
      const [event, alerts, subGroupRows, related] = await prisma.$transaction(
        [
          prisma.event.findUnique({ where: { id } }),
          prisma.alert.findMany({ where: { eventId: id }, orderBy: { sequence: 'asc' } }),
          prisma.$queryRaw<SubGroupRowRecord[]>`
            SELECT ${ROW_COLUMNS} FROM sub_group s ${JOIN_ROWS}
            WHERE s.event_id = ${id} ORDER BY s.number, s.key, r.place`,
          prisma.$queryRaw<{ id: string }[]>`
            SELECT DISTINCT other.event_id AS id
            FROM (SELECT cache, array_agg(DISTINCT observation) AS observations, min(first_ns) AS low, max(last_ns) AS high
              FROM alert, unnest(observations) AS observation WHERE event_id = ${id} GROUP BY cache) AS own
            JOIN alert other ON other.cache = own.cache AND other.first_ns BETWEEN own.low - ${LONGEST_ALERT_NS} AND own.high
              AND other.last_ns >= own.low AND other.observations && own.observations AND other.event_id <> ${id}
            ORDER BY other.event_id`,
        ],
        { isolationLevel: 'RepeatableRead' },
      );
      if (event === null) return null;
      const subGroups = toSubGroups(subGroupRows);
      return {
        ...summaryView(event),
        related_events: related.map((other) => other.id),
        best_table: bestTable(subGroups),
        sub_groups: subGroups.map(({ table }) => table),
        alerts: alerts.map(alertView),
      };
    },
  };
}

function beyond([day, ordinal]: EventKey, compare: 'gt' | 'lt') {
  return { OR: [{ day: { [compare]: day } }, { day, ordinal: { [compare]: ordinal } }] };
}

function summaryView(event: Event): EventSummaryView {
  return {
    id: event.id,
    cache: event.cache as CacheName,
    state: event.state as EventState,
    pre_sn: event.preSn,
    created_at: utcOf(event.createdAt),
    updated_at: utcOf(event.updatedAt),
  };
}

/**
 * The table with most rows, then the lowest number, of those that are open; if none is, of those that stood last:
 * what closed earlier had been taken over by another table.
 */
function bestTable(subGroups: readonly ReadSubGroup[]): TableView | null {
  const closing = subGroups.map(({ closedAt }) => closedAt?.getTime() ?? Number.POSITIVE_INFINITY);
  const latest = Math.max(...closing);
  const [best] = subGroups
    .filter((_, i) => closing[i] === latest)
    .sort((a, b) => b.size - a.size || a.table.number - b.table.number);
  return best?.table ?? null;
}
