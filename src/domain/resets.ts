/** A reset can be undone for this time. */
const UNDO_MILLISECONDS = 24 * 3_600_000;

/** @param at time of the reset */
export function undoableUntil(at: Date): Date {
  return new Date(at.getTime() + UNDO_MILLISECONDS);
}

/** What the message to administrators about a reset of the live cache says. Times are ISO 8601. */
export interface ResetFacts {
  readonly kind: 'reset';
  readonly reset: string;
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  readonly dropped: number;
  readonly undo_until: string;
}
