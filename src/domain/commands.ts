import type { CacheName } from './cache-name.js';
import type { EngineName } from './coincidence/engine.js';
import type { BeatStatus } from './heartbeats/health.js';
import type { Duration, Instant } from './time.js';

/** A value that JSON carries without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What every message has in common, whichever way it came. */
export interface Message {
  /** The message's identity: the same uuid takes effect once. */
  readonly uuid: string;
  /** Of a record that brings no uuid: the one that earlier releases gave it. The same message may be stored under that. */
  readonly formerUuid?: string;
  /** By the message's flags. */
  readonly cache: CacheName;
  readonly detectorName: string;
  /** When it reached the server; on Kafka the record's timestamp. */
  readonly receivedTime: Instant;
  /** Who brought it: an API key's id, a Kafka coordinate. */
  readonly source: string;
  /** The message as it came, passwords removed, as JSON text. */
  readonly body: string;
}

/** A CoincidenceTier message: a detector has seen something. */
export interface ObserveCommand extends Message {
  readonly kind: 'observe';
  /** `<detector>_<tier>_<machine time>`: repeats, identifies nothing. */
  readonly id: string;
  readonly neutrinoTime: Instant;
  readonly pVal: number | null;
  readonly isPreSn: boolean;
  readonly machineTime: Instant | null;
  readonly sentTime: Instant | null;
  readonly schemaVersion: string | null;
  readonly meta: Json;
}

/** A detector withdraws one observation by its uuid, or its `latest` most recently received. */
export interface RetractCommand extends Message {
  readonly kind: 'retract';
  readonly target: RetractionTarget;
}

export type RetractionTarget = { readonly latest: number } | { readonly uuid: string };

/**
 * What is kept and changes no table: heartbeats, timing and significance series, and commands that come over Kafka, which
 * are known by it when they come again.
 */
export interface ArchiveCommand extends Omit<Message, 'detectorName'> {
  readonly kind: 'archive';
  readonly tier: ArchivedTier;
  /** Null: of no detector. */
  readonly detectorName: string | null;
  /** A command that was too old when it came: it is kept, and nobody carries it out. */
  readonly isOutdated?: boolean;
  /** What beside tier, cache and detector makes it the same message under the same uuid. */
  readonly content: string;
  /** What a heartbeat says. */
  readonly beat?: BeatContent;
}

/** One that is a detector's. */
export type ArchivedMessage = ArchiveCommand & { readonly detectorName: string };

export interface BeatContent {
  readonly status: BeatStatus;
  readonly machineTime: Instant | null;
  readonly sentTime: Instant | null;
}

/** Get-Feedback asks for a mail about the detector's heartbeats, broker-change for another broker: kept until it is done. */
export type RemoteCommand = 'Get-Feedback' | 'broker-change' | 'hard-reset' | 'display-heartbeats' | 'test-connection';

export type ArchivedTier = 'Heartbeat' | 'TimingTier' | 'SignificanceTier' | RemoteCommand;

/** An administrator forgets all observations of a cache. */
export interface ResetCommand {
  readonly kind: 'reset';
  /** Of the record that asked for it, which resets once; undefined: over REST each is another one. */
  readonly uuid?: string;
  readonly cache: CacheName;
  readonly reason: string;
  readonly actor: string;
}

/** An administrator brings back what a reset dropped, as far as it would still be active. */
export interface UndoResetCommand {
  readonly kind: 'undo-reset';
  readonly cache: CacheName;
  /** The reset's id: the uuid of its message. */
  readonly reset: string;
  readonly actor: string;
}

/** An administrator takes a detector's observations out of a cache's tables, or puts them back. */
export interface MuteCommand {
  readonly kind: 'mute' | 'unmute';
  readonly cache: CacheName;
  readonly detectorName: string;
  readonly reason: string;
  readonly actor: string;
}

/** An administrator changes a cache's engine or window: its tables are rebuilt, no alert is sent. */
export interface SwitchCommand {
  readonly kind: 'switch';
  readonly cache: CacheName;
  readonly engine: EngineName;
  readonly window: Duration;
  readonly actor: string;
}

/** Commands that wait for a cache's lock together. */
export type QueuedCommand = ObserveCommand | RetractCommand | ResetCommand | UndoResetCommand | MuteCommand;

/**
 * Why a command was refused. A refused command changes nothing; `message` tells the sender what to do.
 * - conflict: the uuid is known with other content
 * - unprocessable: unknown detector, or a neutrino time too far from its receipt
 * - quota: the detector sent more messages of this kind than it may in this minute
 * - not-found: a retraction of the latest found no active observation; there is no such reset
 * - too-late: a reset that can no longer be undone
 * - forbidden: a retraction of another detector's observation
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly reason: 'conflict' | 'unprocessable' | 'quota' | 'not-found' | 'too-late' | 'forbidden',
    message: string,
    /** The field at fault, where one is. */
    readonly field?: string,
    /** Seconds after which the same may be accepted. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}
