import { crc32 } from 'node:zlib';
import { codecName, decompressAs } from './codecs.js';
import { Cursor } from './cursor.js';
import type { FetchedRecord } from './fetched-record.js';
import { MOST_BYTES, MOST_ENTRIES } from './record-batch.js';
import { Unreadable } from './unreadable.js';

/** Offset, size, and the least that a message has. */
export const LEAST_MESSAGE_BYTES = 12 + 14;
const CHECKED_FROM = 16;
const CRC_AT = 12;

/** A record of a log from before Kafka 0.11 (org.apache.kafka.common.record.LegacyRecord): of magic 0 or 1. */
export function isMessageIntact(bytes: Buffer): boolean {
  return crc32(bytes.subarray(CHECKED_FROM)) === bytes.readUInt32BE(CRC_AT);
}

/**
 * The records of a message: itself, or those that are compressed in it.
 * @throws Unreadable
 */
export async function readMessage(bytes: Buffer): Promise<FetchedRecord[]> {
  const outer = readOne(bytes);
  const codec = codecName(outer.attributes);
  if (codec === 'none') return [outer];
  if (codec === undefined) throw new Unreadable(`no codec has the number ${outer.attributes & 0x07}`);
  if (outer.value === null) throw new Unreadable('nothing is compressed in it');
  const inner = readAll(await decompressAs(codec, outer.value, MOST_BYTES));
  const last = inner.at(-1);
  // Since magic 1 they are counted from the first on, and the outer offset is the last's.
  if (outer.magicByte === 0 || last === undefined) return inner;
  const base = BigInt(outer.offset) - BigInt(last.offset);
  return inner.map((record) => ({ ...record, offset: String(base + BigInt(record.offset)) }));
}

function readAll(bytes: Buffer): FetchedRecord[] {
  const records: FetchedRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + LEAST_MESSAGE_BYTES > bytes.length) throw new Unreadable('it ends in the middle of a message');
    const end = at + 12 + bytes.readInt32BE(at + 8);
    if (end < at + LEAST_MESSAGE_BYTES || end > bytes.length) throw new Unreadable('a message of an impossible size');
    records.push(readOne(bytes.subarray(at, end)));
    if (records.length > MOST_ENTRIES) throw new Unreadable(`more than ${MOST_ENTRIES} records`);
    at = end;
  }
  return records;
}

function readOne(bytes: Buffer): FetchedRecord {
  const cursor = new Cursor(bytes);
  const offset = cursor.int64();
  // Its size and checksum.
  cursor.take(8);
  const magicByte = cursor.int8();
  if (magicByte !== 0 && magicByte !== 1) throw new Unreadable(`a message of format ${magicByte}`);
  return {
    magicByte,
    attributes: cursor.int8(),
    offset: String(offset),
    timestamp: String(magicByte === 1 ? cursor.int64() : -1n),
    key: cursor.bytes32(),
    value: cursor.bytes32(),
    headers: {},
    isControlRecord: false,
  };
}
