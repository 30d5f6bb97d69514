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
   * The message, a JSON object, with nothing altered: integers beyond 2^53 are bigints. Parts that the record refers
   * to more than once may be one object here: don't change it.
   */
  readonly value: Readonly<JsonObject>;
}

/**
 * The message that a record of the collaboration's topics carries, in any of the forms in which their clients write.
 * Nothing that the record says is ever run, and work and memory are bounded by its size.
 * @throws DecodeError and nothing else, whatever the bytes
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

/** Before headers hop-client wrote an object around the content; JSON was also called `blob`. */
function unwrapped(value: unknown): unknown {
  if (!isObject(value) || !('content' in value)) return value;
  const { format, content } = value;
  if (format === 'json' || format === 'blob') return content;
  if (typeof format === 'string') throw unknownFormat(format);
  return value;
}

/** JSON is often written twice, as a string that holds JSON. */
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
