/** So long after it a reset can be undone. */
const UNDO_MILLISECONDS = 24 * 3_600_000;

/** @param at when the reset was done */
export function undoableUntil(at: Date): Date {
  return new Date(at.getTime() + UNDO_MILLISECONDS);
}

/** What administrators are told of a reset of the live cache. Times as ISO 8601. */
export interface ResetFacts {
  readonly kind: 'reset';
  readonly reset: string;
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  readonly dropped: number;
  readonly undo_until: string;
}
