import { randomUUID } from 'node:crypto';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import type { ArchiveCommand, Json, ObserveCommand, RetractCommand } from '../../domain/commands.js';
import { type Duration, fromPosixMilliseconds, type Instant, toPosixMilliseconds } from '../../domain/time.js';
import { fingerprint, kindOf } from './fingerprint.js';
import type { MessageRecord } from './message-rows.js';

/** Commands that came as messages. */
export type MessageCommand = ObserveCommand | RetractCommand;

/** Commands that the server or an administrator gives: recorded beside the messages, so that a replay agrees. */
export type ServerAct =
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

/** How a command is written down; `now` is the time of acts, which have no receipt, and that at which a retraction looks. */
export function recordOf(
  command: MessageCommand | ServerAct,
  cache: CacheName,
  number: number,
  now: Date = new Date(),
): MessageRecord {
  if (command.kind === 'observe' || command.kind === 'retract') {
    return {
      uuid: command.uuid,
      kind: kindOf(command),
      cache,
      command: number,
      detector: command.detectorName,
      received_at: toPosixMilliseconds(command.receivedTime),
      fingerprint: fingerprint(command),
      argument: command.kind === 'retract' ? retractionArgument(command, now) : null,
      source: command.source,
      body: command.body,
    };
  }
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

/** A message without a number: whatever is recomputed of a cache's commands goes without it. */
export function unnumberedRecord(command: ObserveCommand | ArchiveCommand): MessageRecord {
  return {
    uuid: command.uuid,
    kind: kindOf(command),
    command: null,
    cache: command.cache,
    detector: command.detectorName,
    received_at: toPosixMilliseconds(command.receivedTime),
    fingerprint: fingerprint(command),
    argument: null,
    source: command.source,
    body: command.body,
  };
}

/** With the time at which it was settled which are the latest: those due by then are not meant. */
function retractionArgument({ target }: RetractCommand, now: Date): Json {
  return 'latest' in target ? { ...target, now: fromPosixMilliseconds(now.getTime()).toString() } : { ...target };
}

function argumentOf(act: ServerAct): Json {
  switch (act.kind) {
    case 'Expiry':
      return {
        now: act.now.toString(),
        ...(act.observations === undefined ? {} : { observations: [...act.observations] }),
      };
    case 'Mute':
    case 'Unmute':
      return { now: act.now.toString() };
    case 'UndoReset':
      return { reset: act.reset, now: act.now.toString(), observations: act.observations };
    case 'Switch':
      return { engine: act.engine, window_ns: act.window.toString() };
    default:
      return null;
  }
}
