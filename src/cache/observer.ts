import type { CacheName } from '../domain/cache-name.js';

/** Where a transaction's commands take effect; `none`: what changes no table. */
export type CommitPlace = CacheName | 'none';

/** Messages of one kind that fared alike. */
export interface MessageCount {
  /** CoincidenceTier, Retraction, Heartbeat, …; Reset, UndoReset, Mute, Unmute; `unknown` for records that nobody can read. */
  readonly kind: string;
  readonly outcome: 'accepted' | 'duplicate' | 'refused' | 'dead letter';
  /** Why it was refused, or is a dead letter; else empty. */
  readonly reason: string;
  readonly count: number;
}

/** A transaction that is durable. Times in milliseconds. */
export interface Commit {
  readonly cache: CommitPlace;
  /** POSIX, when it began. */
  readonly startedAt: number;
  /** From its beginning to the answer that it is durable, with what had to be tried again. */
  readonly milliseconds: number;
  readonly commands: number;
  readonly messages: readonly MessageCount[];
  /** Why each record that took no effect didn't. */
  readonly deadLetters: readonly string[];
  /** For each alert, when the message that caused it was received, POSIX. */
  readonly alertsReceivedAt: readonly number[];
}

/** Is told of each commit as soon as it is durable; must be quick and must not throw. */
export interface CacheObserver {
  onCommitted(commit: Commit): void;
  /** The transaction came to nothing, or nobody knows what became of it. */
  onFailed(cache: CommitPlace): void;
}

/** Tells nobody. */
export const UNOBSERVED: CacheObserver = { onCommitted: () => undefined, onFailed: () => undefined };

/** What a transaction says of itself when it is done. */
export type CommitReport = Pick<Commit, 'commands' | 'messages' | 'deadLetters' | 'alertsReceivedAt'>;

/** Times a transaction and tells of it; one without commands and dead letters is no news. */
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
