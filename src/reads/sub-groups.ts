import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import type { CoincidencesView, SubGroupView } from '../domain/views.js';
import { Prisma } from '../generated/prisma/client.js';
import { exactNumber } from './page.js';
import { FIRST_PORTION, type Portion, portionAfter } from './portion.js';
import type { Reader } from './reader.js';
import { inSnapshot } from './snapshot.js';
import {
  isCut,
  JOIN_ROWS,
  ROW_COLUMNS,
  type SubGroupRowRecord,
  toSubGroups,
  totalBytes,
  wholeWithin,
} from './sub-group-rows.js';
import { utcOf } from './times.js';
import { type Measured, PAGE_BYTES } from './within-bytes.js';

/** Selects sub-groups with a number above `after` and with at least `minRows` rows. */
export interface SubGroupsFilter {
  readonly minRows?: number | undefined;
  readonly after?: number | undefined;
}

/** Some sub-groups in order of their numbers, with the state of their cache at that moment. */
export interface SubGroupsPage extends CoincidencesView {
  /** The number after which there are more; null: there are no more. */
  readonly next: number | null;
}

/** One of several portions. */
interface SubGroupsPortion {
  readonly page: SubGroupsPage;
  readonly bytes: number;
}

/** A cache without open sub-groups is one record with nulls in the columns of sub-groups. */
type CacheRecord = { readonly engine: EngineName; readonly version: bigint; readonly changed_at: Date } & (
  | SubGroupRowRecord
  | ({ readonly key: null } & Measured)
);

/** The greatest 64-bit integer: later than any instant. */
const LATEST_NS = 2n ** 63n - 1n;

/** The open sub-groups of a cache. */
export function createSubGroups(prisma: PrismaReads) {
  return {
    /** At most `limit` sub-groups, all of the same version, and not much more than `PAGE_BYTES`. */
    async page(cache: CacheName, filter: SubGroupsFilter, limit: number): Promise<SubGroupsPage> {
      let { page, bytes } = await readPortion(prisma, cache, filter, Math.min(limit, FIRST_PORTION));
      let portion = portionAfter(costOf({ page, bytes }));
      while (page.next !== null && page.sub_groups.length < limit && bytes < PAGE_BYTES) {
        const left = limit - page.sub_groups.length;
        const more = await readPortion(prisma, cache, { ...filter, after: page.next }, Math.min(left, portion));
        // The sub-groups have changed: the next page shows a later moment.
        if (more.page.version !== page.version) break;
        page = { ...more.page, sub_groups: [...page.sub_groups, ...more.page.sub_groups] };
        bytes += more.bytes;
        portion = portionAfter(costOf(more));
      }
      return page;
    },

    /**
     * Reads all sub-groups of one moment in portions.
     * @param take is called with each portion, and waited for
     * @param isWanted false ends the reading
     */
    async eachPortion(
      cache: CacheName,
      filter: SubGroupsFilter,
      take: (portion: SubGroupsPage) => Promise<void>,
      isWanted: () => boolean,
    ): Promise<void> {
      await inSnapshot(prisma, async (snapshot) => {
        let { after } = filter;
        let limit = FIRST_PORTION;
        while (isWanted()) {
          const portion = await readPortion(snapshot, cache, { ...filter, after }, limit);
          await take(portion.page);
          if (portion.page.next === null) return;
          after = portion.page.next;
          limit = portionAfter(costOf(portion));
        }
      });
    },

    /** The version of a cache, for clients that already have its sub-groups. */
    async version(cache: CacheName): Promise<number> {
      const { version } = await prisma.cache.findUniqueOrThrow({ where: { name: cache }, select: { version: true } });
      return exactNumber(version);
    },

    async one(cache: CacheName, number: number): Promise<SubGroupView | null> {
      return (await readOpen(prisma, cache, [number]))[0] ?? null;
    },

    /** The open ones of these sub-groups, in order of their numbers. */
    open: (cache: CacheName, numbers: readonly number[]) =>
      readOpen(
        prisma,
        cache,
        numbers.toSorted((a, b) => a - b),
      ),

    /** The open sub-groups that contain an observation, in order of their numbers. */
    async holding(cache: CacheName, observationUuid: string): Promise<SubGroupView[]> {
      // In `complete` a row lies within the window of its sub-group, so the index on anchors finds the few candidates;
      // `reference` mixes sub-groups, and its cache is small.
      const found = await prisma.$queryRaw<{ number: number }[]>`
        SELECT s.number
        FROM observation held
        JOIN cache c ON c.name = held.cache
        JOIN sub_group s ON s.cache = held.cache AND s.closed_at IS NULL AND held.command = ANY(s.rows)
          AND s.anchor_ns >= CASE c.engine WHEN 'complete' THEN held.neutrino_ns - c.window_ns ELSE 0 END
          AND s.anchor_ns <= CASE c.engine WHEN 'complete' THEN held.neutrino_ns ELSE ${LATEST_NS}::bigint END
        WHERE held.uuid = ${observationUuid}::uuid AND held.cache = ${cache}
        ORDER BY s.number`;
      const numbers = found.map(({ number }) => number);
      const subGroups = await readOpen(prisma, cache, numbers);
      // They may have changed since.
      return subGroups.filter(({ rows }) => rows.some(({ uuid }) => uuid === observationUuid));
    },
  };
}

/** Reads sub-groups in portions, as there may be thousands. @param numbers ascending */
async function readOpen(reader: Reader, cache: CacheName, numbers: readonly number[]): Promise<SubGroupView[]> {
  const subGroups: SubGroupView[] = [];
  let limit = FIRST_PORTION;
  for (let left = numbers; left.length > 0; ) {
    const asked = left.slice(0, limit);
    const records = await reader.$queryRaw<SubGroupRowRecord[]>(
      wholeWithin(Prisma.sql`
        SELECT ${ROW_COLUMNS} FROM sub_group s ${JOIN_ROWS}
        WHERE s.cache = ${cache} AND s.number = ANY(${asked}::int[]) AND s.closed_at IS NULL`),
    );
    const portion = toSubGroups(records);
    subGroups.push(...portion);
    const last = portion.at(-1);
    left = isCut(records) && last !== undefined ? left.filter((number) => number > last.number) : left.slice(limit);
    const items = Math.max(1, portion.length);
    limit = portionAfter({ items, records: records.length, bytes: totalBytes(records) });
  }
  return subGroups;
}

async function readPortion(
  reader: Reader,
  cache: CacheName,
  { minRows = 1, after = -1 }: SubGroupsFilter,
  limit: number,
): Promise<SubGroupsPortion> {
  // Those with two rows have an index of their own: there may be a million with one row.
  const atLeast = minRows < 2 ? Prisma.empty : Prisma.sql`AND coincides AND cardinality(rows) >= ${minRows}`;
  const read = Prisma.sql`
    SELECT c.engine, c.version, c.changed_at, ${ROW_COLUMNS}
    FROM cache c LEFT JOIN LATERAL (
      SELECT key, cache, number, event_id, pre_sn, false_alarm, created_at, updated_at, closed_at, rows, deltas
      FROM sub_group WHERE cache = c.name AND closed_at IS NULL AND number > ${after} ${atLeast}
      ORDER BY number LIMIT ${limit + 1}
    ) s ON true ${JOIN_ROWS}
    WHERE c.name = ${cache}`;
  const records = await reader.$queryRaw<CacheRecord[]>(wholeWithin(read));
  const [first] = records;
  if (first === undefined) throw new Error(`the cache ${cache} has not been created`);
  const found = toSubGroups(records.filter((record) => record.key !== null));
  const subGroups = found.slice(0, limit);
  const page = {
    cache,
    engine: first.engine,
    version: exactNumber(first.version),
    as_of: utcOf(first.changed_at),
    sub_groups: subGroups,
    next: found.length > limit || isCut(records) ? (subGroups.at(-1)?.number ?? null) : null,
  };
  return { page, bytes: totalBytes(records) };
}

function costOf({ page: { sub_groups }, bytes }: SubGroupsPortion): Portion {
  const records = sub_groups.reduce((sum, { rows }) => sum + Math.max(1, rows.length), 0);
  return { items: sub_groups.length, records, bytes };
}
