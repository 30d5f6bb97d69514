/** How many items are read at first, before it is known how large they are. */
export const FIRST_PORTION = 100;

/** What one turn of the event loop makes of records without holding up the others. */
const AIM = 200;
const LEAST = 10;
const MOST = 200;

/**
 * How many items to read next, so that each portion is about the same work.
 * @param records what the last portion was made of
 */
export function portionAfter(limit: number, records: number): number {
  const fitting = Math.round((limit * AIM) / Math.max(1, records));
  return Math.min(MOST, Math.max(LEAST, Math.min(fitting, limit * 2)));
}
