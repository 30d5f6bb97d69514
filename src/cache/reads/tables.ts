import type { PrismaReads } from '../../database/prisma.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import type { CoincidencesView, TableView } from '../../domain/views.js';
import { Prisma } from '../../generated/prisma/client.js';
import { exactNumber } from './page.js';
import { FIRST_PORTION, portionAfter } from './portion.js';
import { JOIN_ROWS, ROW_COLUMNS, type SubGroupRowRecord, toSubGroups } from './table-rows.js';
import { utcOf } from './times.js';

/** Which sub-groups are wanted: those with a number above `after`, with `minRows` rows or more. */
export interface TablesFilter {
  readonly minRows?: number | undefined;
  readonly after?: number | undefined;
}

/** Some tables by ascending number, with what holds for all tables of their cache at that moment. */
export interface TablesPortion extends CoincidencesView {
  /** The number after which there are more; null: these are all. */
  readonly next: number | null;
}

/** How long tables are read in one snapshot: whoever takes longer reads pages. PostgreSQL can't clean up meanwhile. */
const SNAPSHOT_MS = 300_000;

/** What reads tables: the client, or a transaction of it. */
type Reader = Pick<PrismaReads, '$queryRaw'>;

/** A cache without open sub-groups is one record with nulls in the sub-group's columns. */
type CacheRecord = { readonly engine: EngineName; readonly version: bigint; readonly changed_at: Date } & (
  | SubGroupRowRecord
  | { readonly key: null }
);

/** The greatest 64-bit integer: later than any instant. */
const LATEST_NS = 2n ** 63n - 1n;

/** The coincidence tables of a cache: its open sub-groups. */
export function createTables(prisma: PrismaReads) {
  return {
    /** At most `limit` tables; one statement, so that they are those of the version beside them. */
    portion: (cache: CacheName, filter: TablesFilter, limit: number) => readPortion(prisma, cache, filter, limit),

    /**
     * Reads all tables of one moment in portions, however many there are.
     * @param take is given each portion, and waited for; none comes after one that was given up by `isWanted`
     */
    async eachPortion(
      cache: CacheName,
      filter: TablesFilter,
      take: (portion: TablesPortion) => Promise<void>,
      isWanted: () => boolean,
    ): Promise<void> {
      await prisma.$transaction(
        async (snapshot) => {
          let { after } = filter;
          let limit = FIRST_PORTION;
          while (isWanted()) {
            const portion = await readPortion(snapshot, cache, { ...filter, after }, limit);
            await take(portion);
            if (portion.next === null) return;
            after = portion.next;
            limit = portionAfter(limit, rowsOf(portion));
          }
        },
        { isolationLevel: 'RepeatableRead', timeout: SNAPSHOT_MS },
      );
    },

    /** The version of a cache's tables, for readers that have them already. */
    async version(cache: CacheName): Promise<number> {
      const { version } = await prisma.cache.findUniqueOrThrow({ where: { name: cache }, select: { version: true } });
      return exactNumber(version);
    },

    async one(cache: CacheName, number: number): Promise<TableView | null> {
      const records = await prisma.$queryRaw<SubGroupRowRecord[]>`
        SELECT ${ROW_COLUMNS} FROM sub_group s ${JOIN_ROWS}
        WHERE s.cache = ${cache} AND s.number = ${number} AND s.closed_at IS NULL
        ORDER BY r.place`;
      return toSubGroups(records)[0]?.table ?? null;
    },

    /** The tables in which an observation is a row, by ascending number. */
    async holding(cache: CacheName, observationUuid: string): Promise<TableView[]> {
      // In `complete` a row lies within its table's window, so the index on anchors finds the few candidates;
      // `reference` mixes tables, and its cache is small.
      const records = await prisma.$queryRaw<SubGroupRowRecord[]>`
        SELECT ${ROW_COLUMNS}
        FROM observation held
        JOIN cache c ON c.name = held.cache
        JOIN sub_group s ON s.cache = held.cache AND s.closed_at IS NULL AND held.command = ANY(s.rows)
          AND s.anchor_ns >= CASE c.engine WHEN 'complete' THEN held.neutrino_ns - c.window_ns ELSE 0 END
          AND s.anchor_ns <= CASE c.engine WHEN 'complete' THEN held.neutrino_ns ELSE ${LATEST_NS}::bigint END
        ${JOIN_ROWS}
        WHERE held.uuid = ${observationUuid}::uuid AND held.cache = ${cache}
        ORDER BY s.number, r.place`;
      return toSubGroups(records).map(({ table }) => table);
    },
  };
}

async function readPortion(
  reader: Reader,
  cache: CacheName,
  { minRows = 1, after = -1 }: TablesFilter,
  limit: number,
): Promise<TablesPortion> {
  // Those of two rows have an index of their own: there may be a million that wait for a second row.
  const atLeast = minRows < 2 ? Prisma.empty : Prisma.sql`AND coincides AND cardinality(rows) >= ${minRows}`;
  const records = await reader.$queryRaw<CacheRecord[]>`
    SELECT c.engine, c.version, c.changed_at, ${ROW_COLUMNS}
    FROM cache c LEFT JOIN LATERAL (
      SELECT key, cache, number, event_id, pre_sn, false_alarm, created_at, updated_at, closed_at, rows, deltas
      FROM sub_group WHERE cache = c.name AND closed_at IS NULL AND number > ${after} ${atLeast}
      ORDER BY number LIMIT ${limit + 1}
    ) s ON true ${JOIN_ROWS}
    WHERE c.name = ${cache}
    ORDER BY s.number, r.place`;
  const [first] = records;
  if (first === undefined) throw new Error(`the cache ${cache} has not been created`);
  const found = toSubGroups(records.filter((record) => record.key !== null)).map(({ table }) => table);
  const tables = found.slice(0, limit);
  return {
    cache,
    engine: first.engine,
    version: exactNumber(first.version),
    as_of: utcOf(first.changed_at),
    sub_groups: tables,
    next: found.length > limit ? (tables.at(-1)?.number ?? null) : null,
  };
}

function rowsOf({ sub_groups }: CoincidencesView): number {
  return sub_groups.reduce((sum, { rows }) => sum + Math.max(1, rows.length), 0);
}
