import { randomUUID } from 'node:crypto';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import type { ArchiveCommand, Json, ObserveCommand, RetractCommand } from '../../domain/commands.js';
import { type Duration, fromPosixMilliseconds, type Instant } from '../../domain/time.js';
import type { Arrival, MessageCommand, ObservationTimes } from './arrival.js';
import { kindOf } from './fingerprint.js';
import type { MessageRecord, ObservationRecord } from './message-rows.js';

/** Commands of the server or of an administrator. They are stored beside the messages, so that a replay is complete. */
export type ServerCommand =
  | {
      readonly kind: 'Expiry';
      readonly now: Instant;
      /** The commands of those that go, if more are due. */
      readonly observations?: readonly number[];
    }
  | { readonly kind: 'Reset'; readonly uuid: string; readonly fingerprint: string }
  /** `observations`: those that came back, by their commands. */
  | {
      readonly kind: 'UndoReset';
      readonly reset: string;
      readonly now: Instant;
      readonly observations: readonly number[];
    }
  | { readonly kind: 'Mute' | 'Unmute'; readonly detector: string; readonly now: Instant }
  | { readonly kind: 'Switch'; readonly engine: EngineName; readonly window: Duration };

const SERVER = 'server';

/**
 * How a message is stored that has become a command of a cache.
 * @param number the command's number in its cache
 * @param now the time at which a retraction looks for the latest observations
 */
export function messageRecordOf(
  command: MessageCommand,
  arrival: Arrival,
  cache: CacheName,
  number: number,
  now: Date,
): MessageRecord {
  return {
    ...unnumberedRecord(command, arrival),
    cache,
    command: number,
    argument: command.kind === 'retract' ? retractionArgument(command, now) : null,
  };
}

/** How an observation is stored. `standing` is what the cache has decided about it. */
export function observationRecordOf(
  command: ObserveCommand,
  number: number,
  times: ObservationTimes,
  standing: Pick<ObservationRecord, 'expires_ns' | 'state' | 'retracted_by'>,
): ObservationRecord {
  return {
    uuid: command.uuid,
    command: number,
    id: command.id,
    detector_name: command.detectorName,
    neutrino_time: times.neutrinoTime,
    neutrino_ns: command.neutrinoTime,
    received_ns: command.receivedTime,
    expires_ns: standing.expires_ns,
    state: standing.state,
    p_val: command.pVal,
    is_pre_sn: command.isPreSn,
    machine_time: times.machineTime,
    sent_time: times.sentTime,
    schema_version: command.schemaVersion,
    meta: command.meta,
    retracted_by: standing.retracted_by,
  };
}

/** How a command of the server's or an administrator's is stored. `now` stands for its receipt. */
export function recordOf(
  command: ServerCommand,
  cache: CacheName,
  number: number,
  now: Date = new Date(),
): MessageRecord {
  return {
    uuid: 'uuid' in command ? command.uuid : randomUUID(),
    kind: command.kind,
    cache,
    command: number,
    detector: 'detector' in command ? command.detector : null,
    received_at: now.getTime(),
    fingerprint: 'fingerprint' in command ? command.fingerprint : '',
    argument: argumentOf(command),
    source: SERVER,
    body: null,
  };
}

/** How a message is stored without a command number: recomputing a cache from its commands leaves it out. */
export function unnumberedRecord(command: MessageCommand | ArchiveCommand, arrival: Arrival): MessageRecord {
  return {
    uuid: command.uuid,
    kind: kindOf(command),
    command: null,
    cache: command.cache,
    detector: command.detectorName,
    received_at: arrival.receivedMs,
    fingerprint: arrival.fingerprint,
    argument: null,
    source: command.source,
    body: command.body,
  };
}

/** A retraction of the latest observations keeps the time at which they were looked up: those due by then do not count. */
function retractionArgument({ target }: RetractCommand, now: Date): Json {
  return 'latest' in target ? { ...target, now: fromPosixMilliseconds(now.getTime()).toString() } : { ...target };
}

function argumentOf(command: ServerCommand): Json {
  switch (command.kind) {
    case 'Expiry':
      return {
        now: command.now.toString(),
        ...(command.observations === undefined ? {} : { observations: [...command.observations] }),
      };
    case 'Mute':
    case 'Unmute':
      return { now: command.now.toString() };
    case 'UndoReset':
      return { reset: command.reset, now: command.now.toString(), observations: command.observations };
    case 'Switch':
      return { engine: command.engine, window_ns: command.window.toString() };
    default:
      return null;
  }
}
