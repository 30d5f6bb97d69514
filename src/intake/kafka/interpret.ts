import { v5 as uuidV5 } from 'uuid';
import type {
  Lane,
  Letter,
  RecordError,
  StreamCommand,
  StreamItem,
  StreamPartition,
} from '../../cache/commit/stretch.js';
import { type CacheName, cacheOf } from '../../domain/cache-name.js';
import type { ArchiveCommand, RemoteCommand } from '../../domain/commands.js';
import { type ReadMessage, readMessage } from '../../domain/messages/any-message.js';
import { isFitText } from '../../domain/messages/fit-text.js';
import { MessageError } from '../../domain/messages/message-error.js';
import { maskPasswords } from '../../domain/messages/passwords.js';
import {
  heartbeatCommand,
  type MessageArrival,
  observeCommand,
  retractCommand,
  significanceCommand,
  timingCommand,
} from '../../domain/messages/to-command.js';
import { fromPosixMilliseconds } from '../../domain/time.js';
import type { UnreadableBatch } from '../../kafka/records/fetched-record.js';
import { DecodeError } from '../wire/decode-error.js';
import { type Decoded, decodeRecord } from '../wire/decode-record.js';
import { toJsonText } from '../wire/json-text.js';
import { brokersIn } from './brokers.js';
import { identityOf } from './identity.js';
import { type IncomingRecord, letterOf } from './letter.js';
import { hasBigint, withoutBigints } from './numbers.js';
import type { Admission, PasswordGuard } from './remote-commands.js';

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

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Why a batch became a dead letter. */
export const UNREADABLE_BATCH = 'unreadable batch';

/** Turns a record into a command, or into a dead letter with the reason. Never throws. */
export function interpret(record: IncomingRecord, options: InterpreterOptions): Interpreted {
  if (record.unreadable !== undefined) return passedOver(record, record.unreadable, options);
  try {
    const decoded = decodeRecord(record);
    const marked = { ...decoded.value };
    if (decoded.isTest) marked['is_test'] = true;
    if (options.isFiredrill) marked['is_firedrill'] = true;
    return follow(record, readMessage(withoutBigints(marked)), decoded, options);
  } catch (error) {
    return dead(record, options, errorOf(error, options.log));
  }
}

/** Makes one dead letter of an unreadable batch: its records are not known. */
function passedOver(record: IncomingRecord, batch: UnreadableBatch, options: InterpreterOptions): Interpreted {
  const { first, last, codec, size, why } = batch;
  const detail = `The records ${first} to ${last} can not be read (${size} bytes, compression: ${codec}): ${why}.`;
  const told = { ...options.partition, first: String(first), last: String(last), codec, size, why };
  return {
    ...dead(record, options, { reason: UNREADABLE_BATCH, detail }),
    after: () => options.log.error(told, 'kafka:batch-unreadable'),
  };
}

function follow(record: IncomingRecord, read: ReadMessage, decoded: Decoded, options: InterpreterOptions): Interpreted {
  switch (read.kind) {
    case 'test-connection': {
      // The same keys in the same order: the client compares the text.
      const { meta } = decoded.value;
      const received = toJsonText({ ...decoded.value, meta: { ...(meta as object | null), status: 'received' } });
      return remote(record, options, arrived(read.kind, 'live', decoded, record, options), () =>
        options.remote.echo(received),
      );
    }
    case 'command':
      return command(record, read, decoded, options);
    default:
      return commanded(record, options, commandOf(read, arrivalOf(record, decoded, options.partition), decoded));
  }
}

function commandOf(
  read: Exclude<ReadMessage, { kind: 'command' | 'test-connection' }>,
  arrival: MessageArrival,
  { value }: Decoded,
): StreamCommand {
  switch (read.kind) {
    case 'CoincidenceTier':
      if (hasBigint(value['meta'])) {
        const message = 'an integer beyond 2^53, which JSON can not carry exactly';
        throw new MessageError('The message does not fit its kind.', [{ path: ['meta'], message }]);
      }
      return observeCommand(read.message, arrival);
    case 'Retraction':
      return retractCommand(read.message, arrival);
    case 'Heartbeat':
      return heartbeatCommand(read.message, arrival);
    case 'TimingTier': {
      const command = timingCommand(read.message, arrival);
      // snews_pt sends each as two messages of one uuid: the observation in it, and then the series.
      const { uuid, formerUuid } = command;
      const own = (given: string) => uuidV5(read.kind, given);
      return { ...command, uuid: own(uuid), ...(formerUuid === undefined ? {} : { formerUuid: own(formerUuid) }) };
    }
    case 'SignificanceTier':
      return significanceCommand(read.message, arrival);
  }
}

function command(
  record: IncomingRecord,
  { name, isTest, isFiredrill }: Extract<ReadMessage, { kind: 'command' }>,
  decoded: Decoded,
  options: InterpreterOptions,
): Interpreted {
  const { guard, allowedBrokers, partition } = options;
  if (!isRemoteCommand(name)) {
    return dead(record, options, { reason: 'unknown command', detail: `There is no command 0_${name} here.` });
  }
  const effects = options.remote;
  if (name === 'Get-Feedback') {
    return remote(record, options, ofDetector(name, '', decoded, record, options), effects.giveFeedback);
  }
  const cache = cacheOf({ is_test: isTest, is_firedrill: isFiredrill });
  const brokers = name === 'broker-change' ? brokersIn(decoded.value['new_broker']) : [];
  const asked =
    name === 'broker-change'
      ? ofDetector(name, brokers.join(), decoded, record, options)
      : arrived(name, name === 'hard-reset' ? cache : 'live', decoded, record, options);
  // An outdated command is not carried out, and its password not checked: it must not serve to guess passwords.
  if (asked.isOutdated === true) return remote(record, options, asked, () => undefined);
  const admission = guard.admit(decoded.value['pass']);
  if (admission !== 'admitted') return dead(record, options, notAdmitted(name, admission));
  if (name === 'display-heartbeats') return remote(record, options, asked, effects.displayHeartbeats);
  if (name === 'broker-change') {
    const refused = brokers.filter((broker) => !allowedBrokers.includes(broker));
    if (refused.length > 0) return dead(record, options, notAllowed(refused));
    return remote(record, options, asked, effects.changeBrokers);
  }
  const reset = { reason: 'command 0_hard-reset', actor: sourceOf(record, partition) };
  return {
    ...commanded(record, options, { kind: 'reset', uuid: asked.uuid, cache, ...reset }),
    after: () => told(name, record, options),
  };
}

const REMOTE_COMMANDS: readonly string[] = ['Get-Feedback', 'hard-reset', 'display-heartbeats', 'broker-change'];

function isRemoteCommand(name: string): name is Exclude<RemoteCommand, 'test-connection'> {
  return REMOTE_COMMANDS.includes(name);
}

/** A command that is archived. It has its effect unless it is outdated. */
function remote(
  record: IncomingRecord,
  options: InterpreterOptions,
  command: ArchiveCommand,
  effect: () => void,
): Interpreted {
  const after = () => {
    told(command.tier, record, options, command.isOutdated);
    if (command.isOutdated !== true) effect();
  };
  return { ...commanded(record, options, command), after };
}

function told(
  command: string,
  record: IncomingRecord,
  { partition, log }: InterpreterOptions,
  isOutdated = false,
): void {
  const details = { command, ...partition, offset: String(record.offset) };
  if (!isOutdated) log.info(details, 'kafka:command');
  else log.warn({ ...details, sentAt: new Date(record.receivedMs).toISOString() }, 'kafka:command-outdated');
}

/** The archived form of a command, by which a duplicate of it is recognised. */
function arrived(
  tier: RemoteCommand,
  cache: CacheName,
  decoded: Decoded,
  record: IncomingRecord,
  { partition, commandMaxAge, now }: InterpreterOptions,
): ArchiveCommand {
  return {
    kind: 'archive',
    tier,
    ...arrivalOf(record, decoded, partition),
    cache,
    detectorName: null,
    content: '',
    ...(now() - record.receivedMs > commandMaxAge ? { isOutdated: true } : {}),
  };
}

/** A command of a detector. Of the e-mail addresses in a request for feedback only those of the detector's contacts count. */
function ofDetector(
  tier: 'Get-Feedback' | 'broker-change',
  content: string,
  decoded: Decoded,
  record: IncomingRecord,
  options: InterpreterOptions,
): ArchiveCommand {
  const detectorName = decoded.value['detector_name'];
  if (typeof detectorName !== 'string' || !isFitText(detectorName)) {
    throw new MessageError('The command does not say which detector asks.', [
      { path: ['detector_name'], message: 'not a name' },
    ]);
  }
  return { ...arrived(tier, 'live', decoded, record, options), detectorName, content };
}

function notAllowed(brokers: readonly string[]): RecordError {
  const detail = `The brokers were not changed: ${brokers.join(', ')} must stand in ALLOWED_BROKERS.`;
  return { reason: 'forbidden', detail };
}

function notAdmitted(name: string, admission: Exclude<Admission, 'admitted'>): RecordError {
  const why = {
    wrong: 'its password is wrong',
    'not kept': 'its password is not kept with a dead letter, so the command has to be sent again',
    'none set': 'this server has no ADMIN_PASSWORD',
  };
  return { reason: 'forbidden', detail: `The command 0_${name} was not carried out: ${why[admission]}.` };
}

function arrivalOf(record: IncomingRecord, decoded: Decoded, partition: StreamPartition): MessageArrival {
  return {
    receivedTime: fromPosixMilliseconds(record.receivedMs),
    source: sourceOf(record, partition),
    body: toJsonText(maskPasswords(decoded.value)),
    ...(decoded.id === undefined ? identityOf(record, partition) : { uuid: decoded.id }),
  };
}

function sourceOf({ offset }: IncomingRecord, { topic, partition }: StreamPartition): string {
  return `kafka:${topic}/${partition}/${offset}`;
}

function commanded(record: IncomingRecord, { partition }: InterpreterOptions, command: StreamCommand): Interpreted {
  return { offset: record.offset, lane: laneOf(command), item: { letter: () => letterOf(record, partition), command } };
}

function laneOf(command: StreamCommand): Lane {
  if (command.kind === 'archive') return 'archive';
  return command.kind === 'retract' && 'uuid' in command.target ? 'retraction' : command.cache;
}

function dead(record: IncomingRecord, { partition }: InterpreterOptions, error: RecordError): Interpreted {
  return rejected(record.offset, () => letterOf(record, partition), error);
}

/** A record that is rejected: it becomes a dead letter. */
export function rejected(offset: bigint, letter: () => Letter, error: RecordError): Interpreted {
  return { offset, lane: null, item: { letter, error } };
}

function errorOf(error: unknown, log: Log): RecordError {
  if (error instanceof DecodeError) return { reason: error.reason, detail: error.message };
  if (error instanceof MessageError) {
    const issues = error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'message'}: ${message}`);
    return { reason: 'invalid', detail: [error.message, ...issues].join(' ') };
  }
  log.error({ err: error }, 'kafka:record-rejected');
  return { reason: 'error', detail: 'The server failed to understand the record: see its log.' };
}
