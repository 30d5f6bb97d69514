import { PORTION_BYTES } from './within-bytes.js';

/** How many items are read at first, before it is known how large they are. */
export const FIRST_PORTION = 50;

/** What one turn of the event loop makes of records without holding up the others. */
const AIM = 200;
const MOST = 200;

/** What came of a portion. */
export interface Portion {
  readonly items: number;
  /** What the items were made of. */
  readonly records: number;
  readonly bytes: number;
}

/** How many items to read next, so that each portion is about the same work: for us, and for the database that measures them. */
export function portionAfter({ items, records, bytes }: Portion): number {
  const fitting = Math.round(items * Math.min(AIM / Math.max(1, records), PORTION_BYTES / Math.max(1, bytes)));
  return Math.max(1, Math.min(fitting, items * 2, MOST));
}
