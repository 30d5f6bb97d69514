import { Budget, type RecordPortion } from './budget.js';
import { Cursor } from './byte-cursor.js';
import { type CodecName, codecName, decompressAs } from './codecs.js';
import { crc32c } from './crc32c.js';
import type { FetchedRecord } from './fetched-record.js';
import { Unreadable } from './unreadable.js';

/** The largest batch after decompression. By default producers write at most a megabyte. */
export const MOST_BYTES = 32 * 1024 * 1024;
/** The largest number of records and headers in a batch: each takes more memory than its bytes. */
export const MOST_ENTRIES = 250_000;

/** The bytes before the first record. */
export const HEADER_BYTES = 61;
const CRC_AT = 17;
const CHECKED_FROM = 21;
const LOG_APPEND_TIME = 0x08;
const IS_TRANSACTIONAL = 0x10;
const IS_CONTROL = 0x20;
/** The length of the shortest record. */
const LEAST_RECORD_BYTES = 7;

/** The header of a batch (org.apache.kafka.common.record.DefaultRecordBatch). */
export interface BatchHeader {
  readonly magic: number;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly attributes: number;
  /** undefined if the number is unknown. */
  readonly codec: CodecName | undefined;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly count: number;
}

/** @param bytes a whole batch of magic 2 */
export function readHeader(bytes: Buffer): BatchHeader {
  const baseOffset = bytes.readBigInt64BE(0);
  const attributes = bytes.readInt16BE(21);
  return {
    magic: bytes.readInt8(16),
    baseOffset,
    lastOffset: baseOffset + BigInt(Math.max(bytes.readInt32BE(23), 0)),
    attributes,
    codec: codecName(attributes),
    isTransactional: (attributes & IS_TRANSACTIONAL) !== 0,
    isControl: (attributes & IS_CONTROL) !== 0,
    firstTimestamp: bytes.readBigInt64BE(27),
    maxTimestamp: bytes.readBigInt64BE(35),
    producerId: bytes.readBigInt64BE(43),
    count: bytes.readInt32BE(57),
  };
}

export function isIntact(bytes: Buffer): boolean {
  return crc32c(bytes.subarray(CHECKED_FROM)) === bytes.readUInt32BE(CRC_AT);
}

/** The bytes of a batch's records, decompressed. @throws Unreadable */
export async function recordBytes(bytes: Buffer, { codec, attributes }: BatchHeader): Promise<Buffer> {
  if (codec === undefined) throw new Unreadable(`no codec has the number ${attributes & 0x07}`);
  const records = bytes.subarray(HEADER_BYTES);
  return codec === 'none' ? records : await decompressAs(codec, records, MOST_BYTES);
}

/** The records that were read of a batch or a message. */
export interface ReadPortion {
  readonly records: FetchedRecord[];
  /** They are all the rest of the batch. */
  readonly isWhole: boolean;
}

/**
 * A batch's records from an offset on, as many as the portion takes. All records of the batch are parsed, since a batch is
 * readable as a whole or not at all.
 * @throws Unreadable
 */
export function readRecords(bytes: Buffer, header: BatchHeader, from: bigint, portion: RecordPortion): ReadPortion {
  const { count } = header;
  if (count < 0 || count > bytes.length / LEAST_RECORD_BYTES) {
    throw new Unreadable(`${bytes.length} bytes for ${count} records`);
  }
  const cursor = new Cursor(bytes);
  const records: FetchedRecord[] = [];
  let entries = 0;
  let least = header.baseOffset;
  let isWhole = true;
  for (let i = 0; i < count; i++) {
    const length = cursor.varint();
    const end = cursor.position + length;
    const attributes = cursor.int8();
    const timestamp = header.firstTimestamp + cursor.varlong();
    const offset = header.baseOffset + BigInt(cursor.varint());
    if (offset < least || offset > header.lastOffset) throw new Unreadable(`a record at an offset of ${offset}`);
    least = offset + 1n;
    const key = cursor.bytesVarint();
    const value = cursor.bytesVarint();
    const headerCount = cursor.varint();
    entries += 1 + headerCount;
    if (headerCount < 0 || entries > MOST_ENTRIES)
      throw new Unreadable(`more than ${MOST_ENTRIES} records and headers`);
    const headers = readHeaders(cursor, headerCount);
    if (cursor.position !== end)
      throw new Unreadable(`a record of ${length} bytes that is not as long as what is in it`);
    if (offset < from) continue;
    if (portion.isFull) {
      isWhole = false;
      continue;
    }
    portion.take(headerCount);
    records.push({
      magicByte: header.magic,
      attributes,
      timestamp: String(header.attributes & LOG_APPEND_TIME ? header.maxTimestamp : timestamp),
      offset: String(offset),
      key,
      value,
      headers,
      isControlRecord: false,
    });
  }
  if (cursor.remaining > 0) throw new Unreadable('something stands behind its records');
  return { records, isWhole };
}

/** The first record of a short batch. @throws Unreadable */
export function firstRecord(bytes: Buffer, header: BatchHeader): FetchedRecord | undefined {
  return readRecords(bytes, header, header.baseOffset, new Budget(0).portion()).records[0];
}

function readHeaders(cursor: Cursor, count: number): FetchedRecord['headers'] {
  // Without a prototype: a header may have the name of an inherited property.
  const headers: FetchedRecord['headers'] = Object.create(null);
  for (let i = 0; i < count; i++) {
    const name = cursor.textVarint();
    const value = cursor.bytesVarint();
    const before = headers[name];
    // Several headers of one name become an array, as in kafkajs; null in it becomes an empty buffer.
    if (before === undefined) headers[name] = value;
    else if (Array.isArray(before)) before.push(value ?? Buffer.alloc(0));
    else headers[name] = [before ?? Buffer.alloc(0), value ?? Buffer.alloc(0)];
  }
  return headers;
}
