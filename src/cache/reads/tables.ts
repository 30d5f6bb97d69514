import type { PrismaReads } from '../../database/prisma.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import type { CoincidencesView, TableView } from '../../domain/views.js';
import { exactNumber } from './page.js';
import { JOIN_ROWS, ROW_COLUMNS, type SubGroupRowRecord, toSubGroups } from './table-rows.js';
import { utcOf } from './times.js';

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
    /** All tables, by ascending number; one statement, so that they are those of the version beside them. */
    async all(cache: CacheName): Promise<CoincidencesView> {
      const records = await prisma.$queryRaw<CacheRecord[]>`
        SELECT c.engine, c.version, c.changed_at, ${ROW_COLUMNS}
        FROM cache c LEFT JOIN sub_group s ON s.cache = c.name AND s.closed_at IS NULL ${JOIN_ROWS}
        WHERE c.name = ${cache}
        ORDER BY s.number, r.place`;
      const [first] = records;
      if (first === undefined) throw new Error(`the cache ${cache} has not been created`);
      return {
        cache,
        engine: first.engine,
        version: exactNumber(first.version),
        as_of: utcOf(first.changed_at),
        sub_groups: toSubGroups(records.filter((record) => record.key !== null)).map(({ table }) => table),
      };
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
