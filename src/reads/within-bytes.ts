import { Prisma } from '../generated/prisma/client.js';

/**
 * What a page holds at most, in bytes of JSON: whoever asks for a thousand items may have asked for a thousand
 * observations of 256 KiB. An item is never cut, so a page ends with the one that goes beyond.
 */
export const PAGE_BYTES = 2 * 1024 * 1024;
/** What is read at a time: to make objects of it, and text of them, holds nobody up. */
export const PORTION_BYTES = 512 * 1024;

/** What `withinBytes` adds to each record. */
export interface Measured {
  readonly bytes: number;
  /** Of all records of the statement, from 1. */
  readonly nth: number;
  /** How many the statement has, with those that were left out. */
  readonly found: number;
}

/**
 * The first records of a statement, those that begin within so many bytes: there always is one.
 * @param records selects, beside what is asked for, `bytes` (int) and `nth` (the place in the order, from 1)
 * @param group the column in which records are equal that are to stay together
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

/** What the columns of a record that are of no great length come to, in bytes of JSON. */
const USUAL_BYTES = 400;

/** How long a record is in JSON, about. @param columns those that may be long */
export function bytesOf(...columns: readonly string[]): Prisma.Sql {
  const lengths = columns.map((column) => `coalesce(octet_length(${column}::text), 0)`);
  return Prisma.raw(`(${[USUAL_BYTES, ...lengths].join(' + ')})`);
}
