import { Prisma } from '../generated/prisma/client.js';

/**
 * The maximum length of a page in bytes of JSON: a thousand items may be a thousand observations of 256 KiB. Items are not
 * divided, so a page ends with the item that exceeds it.
 */
export const PAGE_BYTES = 2 * 1024 * 1024;
/** How much is read at a time, so that its conversion does not delay other requests. */
export const PORTION_BYTES = 512 * 1024;

/** The columns that `withinBytes` adds to each record. */
export interface Measured {
  readonly bytes: number;
  /** The position among all records of the statement, from 1. */
  readonly nth: number;
  /** The number of records of the statement, including those that were left out. */
  readonly found: number;
}

/**
 * The first records of a statement, as many as begin within `most` bytes, but at least one.
 * @param records a statement whose columns include `bytes` (int) and `nth` (the position in the order, from 1)
 * @param group the column that is equal in records that must stay together
 */
export function withinBytes(records: Prisma.Sql, most: number, group: Prisma.Sql = Prisma.sql`nth`): Prisma.Sql {
  return Prisma.sql`
    SELECT * FROM (
      SELECT *, min(before) OVER (PARTITION BY ${group}) AS begin FROM (
        SELECT *, (sum(bytes) OVER (ORDER BY nth) - bytes)::float8 AS before, (count(*) OVER ())::int AS found
        FROM (${records}) AS record
      ) AS placed
    ) AS grouped
    WHERE begin < ${most} ORDER BY nth`;
}

/** The length of the short columns of a record, in bytes of JSON. */
const USUAL_BYTES = 400;

/** The approximate length of a record in JSON. @param columns those that may be long */
export function bytesOf(...columns: readonly string[]): Prisma.Sql {
  const lengths = columns.map((column) => `coalesce(octet_length(${column}::text), 0)`);
  return Prisma.raw(`(${[USUAL_BYTES, ...lengths].join(' + ')})`);
}
