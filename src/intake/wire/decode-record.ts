import { decodeAvro } from './avro/container.js';
import { DecodeError, malformed, quoted } from './decode-error.js';
import { type ReadHopHeaders, type RecordHeaders, readHopHeaders } from './hop.js';
import type { JsonObject } from './json-object.js';
import { MAXIMUM_BYTES } from './limits.js';
import { decodePickle, isPickle } from './pickle/decode-pickle.js';
import { readJson } from './read-json.js';
import { decodeUtf8 } from './text.js';

/** A record as a Kafka client gives it. */
export interface WireRecord {
  readonly headers?: RecordHeaders | undefined;
  readonly value: Buffer | null;
}

export interface Decoded extends Omit<ReadHopHeaders, 'format'> {
  /**
   * The message, an unchanged JSON object; integers beyond 2^53 are bigints. It must not be modified: parts that the record
   * refers to more than once may be one object here.
   */
  readonly value: Readonly<JsonObject>;
}

/**
 * Decodes the message in a record of the collaboration's topics, in any of the formats that their clients write. Nothing in
 * the record is ever executed, and time and memory are bounded by its size.
 * @throws DecodeError and no other error, for any bytes
 */
export function decodeRecord({ headers, value: bytes }: WireRecord): Decoded {
  const { id, sender, isTest, format } = readHopHeaders(headers);
  if (bytes === null || bytes.length === 0) throw new DecodeError('empty', 'The record has no value.');
  if (bytes.length > MAXIMUM_BYTES) throw malformed(`The record has ${bytes.length} bytes, at most ${MAXIMUM_BYTES}.`);
  return { value: messageIn(decodeValue(bytes, format)), id, sender, isTest };
}

function decodeValue(bytes: Buffer, format: string | undefined): unknown {
  switch (format) {
    case undefined:
      return unwrapped(readJson(decodeUtf8(bytes)));
    case 'json':
      return readJson(decodeUtf8(bytes));
    case 'blob':
      return isPickle(bytes) ? decodePickle(bytes) : readJson(decodeUtf8(bytes));
    case 'avro':
      return decodeAvro(bytes);
    default:
      throw unknownFormat(format);
  }
}

/** Before there were headers, hop-client wrapped the content in an object; the format of JSON may be `blob` there. */
function unwrapped(value: unknown): unknown {
  if (!isObject(value) || !('content' in value)) return value;
  const { format, content } = value;
  if (format === 'json' || format === 'blob') return content;
  if (typeof format === 'string') throw unknownFormat(format);
  return value;
}

/** JSON is often encoded twice: as a string that holds JSON. This is how many such strings are decoded. */
const MOST_STRINGS = 3;

function messageIn(decoded: unknown): JsonObject {
  let value = decoded;
  for (let strings = 0; typeof value === 'string' && strings < MOST_STRINGS; strings++) value = readJson(value);
  if (isObject(value)) return value;
  throw malformed('A message is a JSON object.');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownFormat(format: string): DecodeError {
  return new DecodeError('unknown format', `There is no format ${quoted(format)} here: json, blob and avro are read.`);
}
