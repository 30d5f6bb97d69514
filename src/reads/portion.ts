import { PORTION_BYTES } from './within-bytes.js';

/** How many items are read first, while their size is not known. */
export const FIRST_PORTION = 50;

/** How many records are converted in one turn of the event loop, so that it does not delay other requests. */
const TARGET_RECORDS = 200;
const MAXIMUM_ITEMS = 200;

/** The size of a portion that was read. */
export interface Portion {
  readonly items: number;
  /** The records from which the items were made. */
  readonly records: number;
  readonly bytes: number;
}

/** How many items to read next, so that each portion is about the same work for the server and the database. */
export function portionAfter({ items, records, bytes }: Portion): number {
  const fitting = Math.round(
    items * Math.min(TARGET_RECORDS / Math.max(1, records), PORTION_BYTES / Math.max(1, bytes)),
  );
  return Math.max(1, Math.min(fitting, items * 2, MAXIMUM_ITEMS));
}
