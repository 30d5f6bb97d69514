import type { CacheName } from '../../domain/cache-name.js';
import type { ArchiveCommand, ObserveCommand, Refusal, ResetCommand, RetractCommand } from '../../domain/commands.js';

/** A partition of a topic on a Kafka cluster. */
export interface StreamPartition {
  readonly cluster: string;
  readonly topic: string;
  readonly partition: number;
}

/** A record that was read, as it is known again. */
export interface ReadRecord {
  readonly offset: bigint;
  /** Of all that it says. */
  readonly digest: string;
}

/** Why a record took no effect. */
export interface Fault {
  /** In a word or two: malformed, refused, conflict, quota, … */
  readonly reason: string;
  /** For people: what is wrong with it. */
  readonly detail: string;
}

/** A record as it is kept if it takes no effect: passwords removed. */
export interface Letter {
  /** The record's identity: hop's `_id`, or made of its place and time. */
  readonly uuid: string;
  readonly offset: bigint;
  /** POSIX milliseconds. */
  readonly receivedMs: number;
  readonly headers: readonly (readonly [name: string, base64: string])[];
  readonly value: Buffer | null;
}

export type StreamCommand = ObserveCommand | RetractCommand | ResetCommand | ArchiveCommand;

/** What became of one record on its way here. */
export type StreamItem = {
  /** Made only if the record takes no effect. */
  readonly letter: () => Letter;
} & ({ readonly command: StreamCommand } | { readonly fault: Fault } | { readonly done: true });

/**
 * Which lock a stretch's commands need: a cache's; none (what is only archived); or that of the cache where one
 * observation stands, which is looked up (`withdrawal`: a single retraction by uuid).
 */
export type Lane = CacheName | 'archive' | 'withdrawal';

/**
 * Records of one partition that take effect in one transaction, with the position behind them: all of them, or if
 * somebody else has moved the position none.
 */
export interface Stretch {
  readonly lane: Lane;
  readonly partition: StreamPartition;
  /** The position that the reader stored last, or found stored. */
  readonly expected: bigint;
  /** The offset behind the last record. */
  readonly next: bigint;
  /** The last record, by which the log is known again; undefined: the one before it stays. */
  readonly record?: ReadRecord;
  readonly items: readonly StreamItem[];
}

/** What became of a stretch. */
export type StretchOutcome =
  | {
      readonly kind: 'taken';
      readonly faults: readonly Fault[];
      /** What was refused, or came before; undefined: none. */
      readonly ineffective?: ReadonlySet<StreamItem>;
    }
  /** Another reader has been here: nothing was done; read on from `position`. */
  | { readonly kind: 'moved'; readonly position: bigint };

export function isStretch(entry: object): entry is Stretch {
  return 'partition' in entry && 'items' in entry;
}

export function faultOf(refusal: Refusal): Fault {
  return { reason: refusal.reason, detail: refusal.message };
}
