import { crc32 } from 'node:zlib';
import type { Budget } from './budget.js';
import { Cursor } from './byte-cursor.js';
import { codecName, decompressAs } from './codecs.js';
import type { FetchedRecord } from './fetched-record.js';
import { MOST_BYTES, MOST_ENTRIES, type ReadPortion } from './record-batch.js';
import { Unreadable } from './unreadable.js';

/** The length of the shortest message, with offset and size. */
export const LEAST_MESSAGE_BYTES = 12 + 14;
const CHECKED_FROM = 16;
const CRC_AT = 12;

/**
 * True if the checksum of a message is right. Messages are the records of logs from before Kafka 0.11, of magic 0 or 1
 * (org.apache.kafka.common.record.LegacyRecord).
 */
export function isMessageIntact(bytes: Buffer): boolean {
  return crc32(bytes.subarray(CHECKED_FROM)) === bytes.readUInt32BE(CRC_AT);
}

/**
 * The records of a message from an offset on, as many as the budget allows: the message itself, or the messages that are
 * compressed in it. All of these are parsed, since a compressed message is readable as a whole or not at all.
 * @throws Unreadable
 */
export async function readMessage(bytes: Buffer, from: bigint, budget: Budget): Promise<ReadPortion> {
  const outer = readOne(bytes);
  const codec = codecName(outer.attributes);
  if (codec === 'none') return portionOf(bytes, [0], 0n, from, budget);
  if (codec === undefined) throw new Unreadable(`no codec has the number ${outer.attributes & 0x07}`);
  if (outer.value === null) throw new Unreadable('nothing is compressed in it');
  const content = await decompressAs(codec, outer.value, MOST_BYTES);
  budget.take(content.length);
  const starts = startsOf(content);
  const last = starts.at(-1);
  // In magic 1 inner offsets are relative, and the outer offset is that of the last inner message.
  const isCounted = outer.magicByte !== 0 && last !== undefined;
  const base = isCounted ? BigInt(outer.offset) - content.readBigInt64BE(last) : 0n;
  return portionOf(content, starts, base, from, budget);
}

/** Where the inner messages begin. */
function startsOf(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + LEAST_MESSAGE_BYTES > bytes.length) throw new Unreadable('it ends in the middle of a message');
    const end = at + 12 + bytes.readInt32BE(at + 8);
    if (end < at + LEAST_MESSAGE_BYTES || end > bytes.length) throw new Unreadable('a message of an impossible size');
    starts.push(at);
    if (starts.length > MOST_ENTRIES) throw new Unreadable(`more than ${MOST_ENTRIES} records`);
    at = end;
  }
  return starts;
}

function portionOf(bytes: Buffer, starts: readonly number[], base: bigint, from: bigint, budget: Budget): ReadPortion {
  const portion = budget.portion();
  const records: FetchedRecord[] = [];
  let isWhole = true;
  for (const [i, start] of starts.entries()) {
    const record = readOne(bytes.subarray(start, starts[i + 1]));
    const offset = base + BigInt(record.offset);
    if (offset < from) continue;
    if (portion.isFull) {
      isWhole = false;
      continue;
    }
    portion.take(0);
    records.push({ ...record, offset: String(offset) });
  }
  return { records, isWhole };
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
