import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { AlertView, EventState, SubGroupView } from '../domain/views.js';
import { type Event, Prisma } from '../generated/prisma/client.js';
import { bySequence } from './alerts.js';
import { eachBounded } from './bounded-list.js';
import { type Page, type PageRequest, toPage } from './page.js';
import { FIRST_PORTION, portionAfter } from './portion.js';
import type { Reader } from './reader.js';
import { inSnapshot } from './snapshot.js';
import {
  JOIN_ROWS,
  ROW_COLUMNS,
  type SubGroupRowRecord,
  toSubGroups,
  totalBytes,
  wholeWithin,
} from './sub-group-rows.js';
import { utcOf } from './times.js';

/** The rows of an alert lie at most this far apart: a window has at most an hour, and `reference` looks to both sides of a row. */
const LONGEST_ALERT_NS = 2n * 3_600_000_000_000n;

/** An event as lists show it. */
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
  readonly best_table: SubGroupView | null;
  /** The open ones, and the closed ones that are still stored, in order of their numbers. */
  readonly sub_groups: readonly SubGroupView[];
  readonly alerts: readonly AlertView[];
}

/** An `EventView` that is being read: its sub-groups and alerts come in order, in portions. */
export interface EventReading extends Pick<EventView, 'related_events' | 'best_table'> {
  readonly summary: EventSummaryView;
  eachSubGroup(take: (subGroups: readonly SubGroupView[]) => Promise<void>): Promise<void>;
  eachAlert(take: (alerts: readonly AlertView[]) => Promise<void>): Promise<void>;
}

/** The sort key of events: the UTC day of the first neutrino time, then the count of the event on that day. */
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

    /**
     * Reads an event as of one moment, so that its alerts and sub-groups agree. There may be thousands, so they are read in
     * portions.
     * @returns false if there is no such event
     */
    async read(id: string, take: (event: EventReading) => Promise<void>): Promise<boolean> {
      return inSnapshot(prisma, async (snapshot) => {
        const event = await snapshot.event.findUnique({ where: { id } });
        if (event === null) return false;
        const cache = event.cache as CacheName;
        await take({
          summary: summaryView(event),
          related_events: await relatedTo(snapshot, id),
          best_table: await bestSubGroup(snapshot, id),
          eachSubGroup: (takeSome) => eachSubGroup(snapshot, id, takeSome),
          eachAlert: (takeSome) => eachBounded(snapshot, bySequence(ofEvent(cache, id)), takeSome),
        });
        return true;
      });
    },
  };
}

async function relatedTo(reader: Reader, id: string): Promise<string[]> {
  const related = await reader.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT other.event_id AS id
    FROM (SELECT cache, array_agg(DISTINCT observation) AS observations, min(first_ns) AS low, max(last_ns) AS high
      FROM alert, unnest(observations) AS observation WHERE event_id = ${id} GROUP BY cache) AS own
    JOIN alert other ON other.cache = own.cache AND other.first_ns BETWEEN own.low - ${LONGEST_ALERT_NS} AND own.high
      AND other.last_ns >= own.low AND other.observations && own.observations AND other.event_id <> ${id}
    ORDER BY other.event_id`;
  return related.map((other) => other.id);
}

/**
 * The open sub-group with the most rows, then with the lowest number; if none is open, the best one of those that were
 * closed last: those that were closed earlier had been replaced by another sub-group.
 */
async function bestSubGroup(reader: Reader, id: string): Promise<SubGroupView | null> {
  const records = await reader.$queryRaw<SubGroupRowRecord[]>(
    wholeWithin(Prisma.sql`
      SELECT ${ROW_COLUMNS} FROM sub_group s ${JOIN_ROWS} WHERE s.key = (
        SELECT key FROM sub_group WHERE event_id = ${id}
        ORDER BY closed_at DESC NULLS FIRST, cardinality(rows) DESC, number LIMIT 1
      )`),
  );
  return toSubGroups(records)[0] ?? null;
}

async function eachSubGroup(
  reader: Reader,
  id: string,
  take: (subGroups: readonly SubGroupView[]) => Promise<void>,
): Promise<void> {
  let limit = FIRST_PORTION;
  let beyond = Prisma.empty;
  for (;;) {
    const records = await reader.$queryRaw<SubGroupRowRecord[]>(
      wholeWithin(Prisma.sql`
        SELECT ${ROW_COLUMNS} FROM sub_group s ${JOIN_ROWS} WHERE s.key IN (
          SELECT key FROM sub_group WHERE event_id = ${id} ${beyond} ORDER BY number, key LIMIT ${limit}
        )`),
    );
    const last = records.at(-1);
    if (last === undefined) return;
    const subGroups = toSubGroups(records);
    await take(subGroups);
    beyond = Prisma.sql`AND (number, key) > (${last.number}, ${last.key})`;
    limit = portionAfter({ items: subGroups.length, records: records.length, bytes: totalBytes(records) });
  }
}

function ofEvent(cache: CacheName, id: string): readonly Prisma.Sql[] {
  return [Prisma.sql`cache = ${cache}`, Prisma.sql`event_id = ${id}`];
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
