import type { CacheName } from './cache-name.js';
import type { EngineName } from './coincidence/engine.js';
import type { HeartbeatStatus } from './heartbeats/health.js';
import type { Duration, Instant } from './time.js';

/** A value that JSON can represent without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The fields of every message, for HTTP and Kafka alike. */
export interface Message {
  /** The identity of the message: messages with the same uuid take effect once. */
  readonly uuid: string;
  /** The uuid that earlier releases assigned to a Kafka record without one. The message may be stored under it. */
  readonly formerUuid?: string;
  /** Determined by the flags `is_test` and `is_firedrill`. */
  readonly cache: CacheName;
  readonly detectorName: string;
  /** When the message reached the server; for Kafka, the timestamp of the record. */
  readonly receivedTime: Instant;
  /** Origin of the message: the id of an API key, or the position of a Kafka record. */
  readonly source: string;
  /** The received message as JSON text, with passwords masked. */
  readonly body: string;
}

/** A CoincidenceTier message: a detector reports an observation. */
export interface ObserveCommand extends Message {
  readonly kind: 'observe';
  /** `<detector>_<tier>_<machine time>`. Not unique: `uuid` is the identity. */
  readonly id: string;
  readonly neutrinoTime: Instant;
  readonly pVal: number | null;
  readonly isPreSn: boolean;
  readonly machineTime: Instant | null;
  readonly sentTime: Instant | null;
  readonly schemaVersion: string | null;
  readonly meta: Json;
}

/** A detector retracts one observation by its uuid, or its `latest` most recently received observations. */
export interface RetractCommand extends Message {
  readonly kind: 'retract';
  readonly target: RetractionTarget;
}

export type RetractionTarget = { readonly latest: number } | { readonly uuid: string };

/**
 * A message that is stored and changes no sub-group: a heartbeat, a timing or significance series, or a command that came
 * over Kafka, which is stored so that a repetition is recognized.
 */
export interface ArchiveCommand extends Omit<Message, 'detectorName'> {
  readonly kind: 'archive';
  readonly tier: ArchivedTier;
  /** Null if the message belongs to no detector. */
  readonly detectorName: string | null;
  /** True for a command that was too old when it arrived: it is stored and not carried out. */
  readonly isOutdated?: boolean;
  /** The content that, with tier, cache and detector, must be equal in messages with the same uuid. */
  readonly content: string;
  /** The content of a heartbeat. */
  readonly heartbeat?: HeartbeatContent;
}

/** An archive command that belongs to a detector. */
export type ArchivedMessage = ArchiveCommand & { readonly detectorName: string };

export interface HeartbeatContent {
  readonly status: HeartbeatStatus;
  readonly machineTime: Instant | null;
  readonly sentTime: Instant | null;
}

/**
 * The commands that come over Kafka. Get-Feedback requests an e-mail about the detector's heartbeats, broker-change a switch
 * to other brokers; both are carried out later, from the stored message.
 */
export type RemoteCommand = 'Get-Feedback' | 'broker-change' | 'hard-reset' | 'display-heartbeats' | 'test-connection';

export type ArchivedTier = 'Heartbeat' | 'TimingTier' | 'SignificanceTier' | RemoteCommand;

/** An administrator removes all observations from a cache. */
export interface ResetCommand {
  readonly kind: 'reset';
  /** The uuid of the Kafka record that requested the reset, which takes effect once; undefined for requests over REST. */
  readonly uuid?: string;
  readonly cache: CacheName;
  readonly reason: string;
  readonly actor: string;
}

/** An administrator restores the observations that a reset removed and that would still be active. */
export interface UndoResetCommand {
  readonly kind: 'undo-reset';
  readonly cache: CacheName;
  /** The id of the reset, which is the uuid of its message. */
  readonly reset: string;
  readonly actor: string;
}

/** An administrator excludes a detector's observations from the sub-groups of a cache, or includes them again. */
export interface MuteCommand {
  readonly kind: 'mute' | 'unmute';
  readonly cache: CacheName;
  readonly detectorName: string;
  readonly reason: string;
  readonly actor: string;
}

/** An administrator changes a cache's engine or window. The sub-groups are rebuilt; no alert is sent. */
export interface SwitchCommand {
  readonly kind: 'switch';
  readonly cache: CacheName;
  readonly engine: EngineName;
  readonly window: Duration;
  readonly actor: string;
}

/** The commands that a cache executes under its lock, several in one transaction. */
export type QueuedCommand = ObserveCommand | RetractCommand | ResetCommand | UndoResetCommand | MuteCommand;

/**
 * A command was rejected. It changed nothing; `message` tells the sender what to do. Reasons:
 * - conflict: a message with the same uuid and other content is stored
 * - unprocessable: the detector is unknown, or the neutrino time is too far from the time of receipt
 * - quota: the detector exceeded its quota for messages of this kind in this minute
 * - not-found: a retraction of the latest observations found no active one, or the reset does not exist
 * - too-late: the reset can no longer be undone
 * - forbidden: the observation to be retracted belongs to another detector
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  constructor(
    readonly reason: 'conflict' | 'unprocessable' | 'quota' | 'not-found' | 'too-late' | 'forbidden',
    message: string,
    /** Name of the invalid field, if the reason concerns one. */
    readonly field?: string,
    /** Seconds after which the same command may be accepted. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}
