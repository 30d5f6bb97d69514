import type {
  Lane,
  Letter,
  RecordError,
  StreamCommand,
  StreamItem,
  StreamPartition,
} from '../../cache/commit/stretch.js';
import type { Log } from '../../domain/log.js';
import { maskPasswords } from '../../domain/messages/passwords.js';
import type { MessageArrival } from '../../domain/messages/to-command.js';
import { fromPosixMilliseconds } from '../../domain/time.js';
import type { Decoded } from '../wire/decode-record.js';
import { toJsonText } from '../wire/json-text.js';
import { type IncomingRecord, letterOf } from './dead-letter.js';
import { identityOf } from './record-identity.js';
import type { PasswordGuard } from './remote-commands.js';

/** What a record asks for. */
export interface Interpreted {
  readonly offset: bigint;
  /** Which lock it needs; null: none, so that it fits into any run. */
  readonly lane: Lane | null;
  readonly item: StreamItem;
  /** Called after it has taken effect. */
  readonly after?: () => void;
}

export interface InterpreterOptions {
  readonly partition: StreamPartition;
  /** Every record of the topic is a fire drill. */
  readonly isFiredrill: boolean;
  readonly guard: PasswordGuard;
  readonly remote: RemoteEffects;
  /** Which brokers a command may choose. */
  readonly allowedBrokers: readonly string[];
  /** Milliseconds: a command that is older than this when it arrives is not carried out. */
  readonly commandMaxAge: number;
  /** POSIX milliseconds. */
  now(): number;
  readonly log: Log;
}

/** Effects of commands outside the caches. */
export interface RemoteEffects {
  /** Answers a connection test. @param message the test marked as received, as JSON text */
  echo(message: string): void;
  displayHeartbeats(): void;
  giveFeedback(): void;
  changeBrokers(): void;
}

/** What is known of every message on arrival. */
export function arrivalOf(record: IncomingRecord, decoded: Decoded, partition: StreamPartition): MessageArrival {
  return {
    receivedTime: fromPosixMilliseconds(record.receivedMs),
    source: sourceOf(record, partition),
    body: toJsonText(maskPasswords(decoded.value)),
    ...(decoded.id === undefined ? identityOf(record, partition) : { uuid: decoded.id }),
  };
}

/** Where a record came from, as it is stored with its message. */
export function sourceOf({ offset }: IncomingRecord, { topic, partition }: StreamPartition): string {
  return `kafka:${topic}/${partition}/${offset}`;
}

/** A record that asks for a command. */
export function commanded(
  record: IncomingRecord,
  { partition }: InterpreterOptions,
  command: StreamCommand,
): Interpreted {
  return { offset: record.offset, lane: laneOf(command), item: { letter: () => letterOf(record, partition), command } };
}

function laneOf(command: StreamCommand): Lane {
  if (command.kind === 'archive') return 'archive';
  return command.kind === 'retract' && 'uuid' in command.target ? 'retraction' : command.cache;
}

/** A record that is rejected, with its dead letter. */
export function dead(record: IncomingRecord, { partition }: InterpreterOptions, error: RecordError): Interpreted {
  return rejected(record.offset, () => letterOf(record, partition), error);
}

/** The same, for a record of which only offset and dead letter are known. */
export function rejected(offset: bigint, letter: () => Letter, error: RecordError): Interpreted {
  return { offset, lane: null, item: { letter, error } };
}
