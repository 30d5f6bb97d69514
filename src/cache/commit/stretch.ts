import type { CacheName } from '../../domain/cache-name.js';
import type { ArchiveCommand, ObserveCommand, Rejection, ResetCommand, RetractCommand } from '../../domain/commands.js';

/** A partition of a topic on a Kafka cluster. */
export interface StreamPartition {
  readonly cluster: string;
  readonly topic: string;
  readonly partition: number;
}

/** What identifies a record that was read. */
export interface ReadRecord {
  readonly offset: bigint;
  /** A digest of the record's whole contents. */
  readonly digest: string;
}

/** Why a record had no effect. */
export interface RecordError {
  /** A word or two: malformed, conflict, quota, … */
  readonly reason: string;
  /** A sentence for people that says what is wrong. */
  readonly detail: string;
}

/** A record that had no effect, as it is kept as a dead letter. Passwords are masked. */
export interface Letter {
  /** The record's identity: hop's `_id`, or an id made of its place and time. */
  readonly uuid: string;
  readonly offset: bigint;
  /** POSIX milliseconds. */
  readonly receivedMs: number;
  readonly headers: readonly (readonly [name: string, base64: string])[];
  readonly value: Buffer | null;
}

export type StreamCommand = ObserveCommand | RetractCommand | ResetCommand | ArchiveCommand;

/** One record after it was read: a command, an error, or nothing left to do. */
export type StreamItem = {
  /** Called only if the record has no effect. */
  readonly letter: () => Letter;
} & ({ readonly command: StreamCommand } | { readonly error: RecordError } | { readonly done: true });

/**
 * Which lock the commands of a stretch need: that of a cache; none, for messages that are only archived; or that of the
 * cache that holds one observation, for a single retraction by uuid.
 */
export type Lane = CacheName | 'archive' | 'retraction';

/**
 * Consecutive records of one partition. They take effect in one transaction together with the position behind them, or,
 * if another reader has moved the position, none of them does.
 */
export interface Stretch {
  readonly lane: Lane;
  readonly partition: StreamPartition;
  /** The position that the reader stored or read last. */
  readonly expected: bigint;
  /** The offset behind the last record. */
  readonly next: bigint;
  /** The last record, which identifies the log; undefined to keep the one that is stored. */
  readonly record?: ReadRecord;
  readonly items: readonly StreamItem[];
}

/** The outcome of a stretch. */
export type StretchOutcome =
  | {
      readonly kind: 'taken';
      readonly errors: readonly RecordError[];
      /** The records that were rejected or were duplicates; undefined if there are none. */
      readonly ineffective?: ReadonlySet<StreamItem>;
    }
  /** Another reader has moved the position. Nothing was done; reading must go on at `position`. */
  | { readonly kind: 'moved'; readonly position: bigint };

export function isStretch(entry: object): entry is Stretch {
  return 'partition' in entry && 'items' in entry;
}

export function errorOfRejection(rejection: Rejection): RecordError {
  return { reason: rejection.reason, detail: rejection.message };
}
