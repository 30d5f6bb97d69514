import { v5 as uuidV5 } from 'uuid';
import type { RecordError, StreamCommand } from '../../cache/commit/stretch.js';
import { type ReadMessage, readMessage } from '../../domain/messages/any-message.js';
import { MessageError } from '../../domain/messages/message-error.js';
import {
  heartbeatCommand,
  type MessageArrival,
  observeCommand,
  retractCommand,
  significanceCommand,
  timingCommand,
} from '../../domain/messages/to-command.js';
import type { UnreadableBatch } from '../../kafka/records/fetched-record.js';
import { DecodeError } from '../wire/decode-error.js';
import { type Decoded, decodeRecord } from '../wire/decode-record.js';
import { toJsonText } from '../wire/json-text.js';
import { hasBigint, withoutBigints } from './bigints.js';
import type { IncomingRecord } from './dead-letter.js';
import { arrived, interpretCommand, remote } from './interpret-command.js';
import { arrivalOf, commanded, dead, type Interpreted, type InterpreterOptions } from './interpreted.js';

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
      return interpretCommand(record, read, decoded, options);
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

function errorOf(error: unknown, log: InterpreterOptions['log']): RecordError {
  if (error instanceof DecodeError) return { reason: error.reason, detail: error.message };
  if (error instanceof MessageError) {
    const issues = error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'message'}: ${message}`);
    return { reason: 'invalid', detail: [error.message, ...issues].join(' ') };
  }
  log.error({ err: error }, 'kafka:record-rejected');
  return { reason: 'error', detail: 'The server failed to understand the record: see its log.' };
}
