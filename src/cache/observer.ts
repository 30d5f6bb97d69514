import type { CacheName } from '../domain/cache-name.js';

/** The cache of a transaction; `none` for messages that change no sub-group. */
export type CommitPlace = CacheName | 'none';

/** The number of messages of one kind with the same outcome. */
export interface MessageCount {
  /** CoincidenceTier, Retraction, Heartbeat, …; Reset, UndoReset, Mute, Unmute; `unknown` for records that cannot be read. */
  readonly kind: string;
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'dead letter';
  /** Why the messages were rejected or are dead letters; otherwise empty. */
  readonly reason: string;
  readonly count: number;
}

/** A committed transaction. Times are in milliseconds. */
export interface Commit {
  readonly cache: CommitPlace;
  /** POSIX, when it began. */
  readonly startedAt: number;
  /** The duration until the commit was confirmed, with all retries. */
  readonly milliseconds: number;
  readonly commands: number;
  readonly messages: readonly MessageCount[];
  /** The reason of each dead letter. */
  readonly deadLetters: readonly string[];
  /** For each alert, the POSIX time at which the message that caused it was received. */
  readonly alertsReceivedAt: readonly number[];
}

/** Is called after each commit. Must be fast and must not throw. */
export interface CacheObserver {
  onCommitted(commit: Commit): void;
  /** The transaction was rolled back, or its outcome is unknown. */
  onFailed(cache: CommitPlace): void;
}

/** An observer that does nothing. */
export const UNOBSERVED: CacheObserver = { onCommitted: () => undefined, onFailed: () => undefined };

/** The part of a commit that the transaction reports itself. */
export type CommitReport = Pick<Commit, 'commands' | 'messages' | 'deadLetters' | 'alertsReceivedAt'>;

/** Measures a transaction and calls the observer, unless it had neither commands nor dead letters. */
export async function observed<T>(
  observer: CacheObserver,
  cache: CommitPlace,
  work: () => Promise<T>,
  report: (done: T) => CommitReport | undefined,
): Promise<T> {
  const startedAt = Date.now();
  const begun = performance.now();
  let done: T;
  try {
    done = await work();
  } catch (error) {
    observer.onFailed(cache);
    throw error;
  }
  const said = report(done);
  if (said !== undefined && said.commands + said.deadLetters.length > 0) {
    observer.onCommitted({ cache, startedAt, milliseconds: performance.now() - begun, ...said });
  }
  return done;
}
