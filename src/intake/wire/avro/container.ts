import { DecodeError, malformed, quoted } from '../decode-error.js';
import { readJson } from '../read-json.js';
import { decodeUtf8 } from '../text.js';
import { AvroBytes } from './byte-reader.js';
import { readBlocks, readValue } from './read-value.js';
import { compileSchema } from './schema.js';

const MAGIC = Buffer.from('Obj\x01', 'latin1');
const MARKER_BYTES = 16;

/** The largest number of values: null and records without fields take no bytes in the file, but space in memory. */
function maximumValues(bytes: number): number {
  return Math.min(1_000_000, 1_000 + bytes);
}

/**
 * Decodes the single record of an Avro object container file, as hop-client writes it: with its schema, not compressed.
 * @throws DecodeError malformed, or unknown format if it is compressed
 */
export function decodeAvro(bytes: Buffer): unknown {
  const reader = new AvroBytes(bytes);
  if (!reader.take(MAGIC.length).equals(MAGIC)) throw malformed('The record is no Avro file.');
  const { schema, codec } = metadata(reader);
  if (codec !== 'null') throw new DecodeError('unknown format', `The Avro file is compressed with ${quoted(codec)}.`);
  const type = compileSchema(readJson(schema));
  const marker = reader.take(MARKER_BYTES);
  const records = reader.count();
  if (records !== 1) throw malformed(`The Avro file holds ${records} records, not one.`);
  const block = new AvroBytes(reader.take(reader.count()));
  const value = readValue(block, type, maximumValues(bytes.length));
  if (!block.isAtEnd || !reader.take(MARKER_BYTES).equals(marker) || !reader.isAtEnd) {
    throw malformed('The Avro file does not end after its record.');
  }
  return value;
}

function metadata(reader: AvroBytes): { schema: string; codec: string } {
  let schema = '';
  let codec = 'null';
  readBlocks(reader, () => {
    const key = reader.string();
    const value = reader.take(reader.count());
    if (key === 'avro.schema') schema = decodeUtf8(value);
    if (key === 'avro.codec') codec = decodeUtf8(value);
  });
  return { schema, codec };
}
