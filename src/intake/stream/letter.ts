import type { Letter } from '../../cache/stretch.js';
import { maskPasswords } from '../../domain/messages/passwords.js';
import { DecodeError } from '../wire/decode-error.js';
import { decodeRecord } from '../wire/decode-record.js';
import type { RecordHeaders } from '../wire/hop.js';
import { toJsonText } from '../wire/json-text.js';

/** A record of Kafka. */
export interface IncomingRecord {
  readonly offset: bigint;
  /** POSIX milliseconds: the record's timestamp. */
  readonly receivedMs: number;
  readonly headers: RecordHeaders | undefined;
  readonly value: Buffer | null;
}

/** The record as it may be kept: what looks like a password is masked. */
export function letterOf({ offset, receivedMs, headers, value }: IncomingRecord): Letter {
  return { offset, receivedMs, headers: headerPairs(headers), value: value === null ? null : masked(headers, value) };
}

function headerPairs(headers: RecordHeaders | undefined): [string, string][] {
  return Object.entries(headers ?? {}).flatMap(([name, given]) => {
    const values = Array.isArray(given) ? given : [given];
    return values.map((one): [string, string] => [name, Buffer.from(one ?? '').toString('base64')]);
  });
}

const MENTIONS_PASSWORD = /pass/i;
/** A key like "pass" with its value, also where the JSON stands in a JSON string. */
const PASSWORD_MEMBER = /((?:\\*["'])pass(?:word)?(?:\\*["'])\s*:\s*)(?:\\*"(?:[^"\\]|\\[^"])*\\*"|[^,}\s]*)/gi;

function masked(headers: RecordHeaders | undefined, value: Buffer): Buffer {
  const bytes = value.toString('latin1');
  if (!MENTIONS_PASSWORD.test(bytes)) return value;
  try {
    const { value: message } = decodeRecord({ headers, value });
    const safe = maskPasswords(message);
    return safe === message ? value : Buffer.from(toJsonText(safe));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return Buffer.from(bytes.replace(PASSWORD_MEMBER, '$1"***"'), 'latin1');
  }
}
