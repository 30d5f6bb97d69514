import type { Letter, StreamPartition } from '../../cache/commit/stretch.js';
import { maskPasswords, PASSWORD_MASK } from '../../domain/messages/passwords.js';
import type { UnreadableBatch } from '../../kafka/records/fetched-record.js';
import { decodeRecord } from '../wire/decode-record.js';
import type { RecordHeaders } from '../wire/hop.js';
import { toJsonText } from '../wire/json-text.js';
import { type IdentifiableRecord, identityOf } from './record-identity.js';

/** A record that was read from Kafka. */
export interface IncomingRecord extends IdentifiableRecord {
  /** POSIX milliseconds; see `receiptOf`. */
  readonly receivedMs: number;
  readonly value: Buffer | null;
  /** Set if the record stands for an unreadable batch; its value is then the beginning of the batch. */
  readonly unreadable?: UnreadableBatch;
}

/** The record as it is stored in a dead letter: passwords are masked. */
export function letterOf(record: IncomingRecord, partition: StreamPartition): Letter {
  const { offset, receivedMs, headers, value } = record;
  return {
    uuid: identityOf(record, partition).uuid,
    offset,
    receivedMs,
    headers: headerPairs(headers),
    value: value === null ? null : masked(headers, value),
  };
}

/** The record of a dead letter. */
export function recordOf({ uuid, offset, receivedMs, headers, value }: Letter): IncomingRecord {
  // Without a prototype: a header may have the name of an inherited property.
  const read: Record<string, Buffer[]> = Object.create(null);
  for (const [name, base64] of headers) read[name] = [...(read[name] ?? []), Buffer.from(base64, 'base64')];
  return { uuid, offset, timestamp: String(receivedMs), receivedMs, headers: read, value };
}

function headerPairs(headers: RecordHeaders | undefined): [string, string][] {
  return Object.entries(headers ?? {}).flatMap(([name, given]) => {
    const values = Array.isArray(given) ? given : [given];
    return values.map((one): [string, string] => [name, Buffer.from(one ?? '').toString('base64')]);
  });
}

const PASSWORD = /pass(word)?/i;

function masked(headers: RecordHeaders | undefined, value: Buffer): Buffer {
  const bytes = value.toString('latin1');
  const mention = PASSWORD.exec(bytes);
  if (mention === null) return value;
  try {
    const { value: message } = decodeRecord({ headers, value });
    const safe = maskPasswords(message);
    return safe === message ? value : Buffer.from(toJsonText(safe));
  } catch {
    // The record is malformed, so that the end of the password is unknown: all bytes after the word are dropped.
    return Buffer.concat([value.subarray(0, mention.index + mention[0].length), Buffer.from(PASSWORD_MASK)]);
  }
}
