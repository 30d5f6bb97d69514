import type { ResetFacts } from '../../domain/resets.js';

/** What the e-mails about heartbeats and resets say. Times as ISO 8601, intervals in seconds. */
export type EmailFacts = LateFacts | BackFacts | QuietFacts | RecoveredFacts | FeedbackFacts | ResetFacts;

const KNOWN: Readonly<Record<EmailFacts['kind'], true>> = {
  late: true,
  back: true,
  quiet: true,
  recovered: true,
  feedback: true,
  reset: true,
};
/** What this release can write; a newer one that runs beside it may store others. */
export const EMAIL_KINDS: readonly string[] = Object.keys(KNOWN);

export interface LateFacts {
  readonly kind: 'late';
  readonly detector: string;
  readonly last_beat: string;
  readonly mean: number;
  readonly sigma: number;
  readonly expected_at: string;
}

export interface BackFacts {
  readonly kind: 'back';
  readonly detector: string;
  /** The last heartbeat before the silence, and the latest one now. */
  readonly last_beat: string;
  readonly heard_at: string;
  readonly status: string;
  /** The warning of the same recipient. */
  readonly reply_to: string;
}

export interface QuietFacts {
  readonly kind: 'quiet';
  readonly since: string;
  readonly on: readonly string[];
}

export interface RecoveredFacts {
  readonly kind: 'recovered';
  readonly since: string;
  readonly on: readonly string[];
  readonly reply_to: string;
}

export interface FeedbackFacts {
  readonly kind: 'feedback';
  readonly detector: string;
}
