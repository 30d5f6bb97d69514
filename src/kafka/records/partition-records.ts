import { setImmediate as nextTurn } from 'node:timers/promises';
import { codecName } from './codecs.js';
import { type FetchedRecord, hiddenRecord, placeholder } from './fetched-record.js';
import { isMessageIntact, LEAST_MESSAGE_BYTES, readMessage } from './message-set.js';
import {
  type BatchHeader,
  HEADER_BYTES,
  isIntact,
  MOST_BYTES,
  readHeader,
  readRecords,
  recordBytes,
} from './record-batch.js';
import { Unreadable } from './unreadable.js';

/** A transaction that was called off: what this producer wrote from there on, until its next mark, is not to be read. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** What a broker's answer may still yield: what goes beyond is asked for again. */
export interface Budget {
  bytes: number;
}

/** Offset, length, the leader's epoch (in old formats: a checksum), and which format it is. */
const MAGIC_AT = 16;
const BEFORE_LENGTH = 12;
/** Of an uncompressed batch that can't be read so much is kept. */
const MOST_KEPT_BYTES = 64 * 1024;
/** Besides its bytes. */
const BYTES_PER_RECORD = 400;
/** Nothing is left of what came out of a batch that can't be read, but it took its time. */
const COST_OF_UNREADABLE = MOST_BYTES / 8;
/** What is read without a break. */
const BYTES_PER_TURN = 512 * 1024;
/** The type in a control record's key: version, then type. */
const ABORT = 0;

/** Where a batch should begin stands something else: nobody knows where the next one is. */
export class BrokenLog extends Error {}

/**
 * The records of a partition's part of an answer. Those of a batch that can't be read are replaced by one placeholder;
 * marks of transactions, and what was called off, are hidden. Where the answer ends in the middle of a batch, or the
 * budget is used up, the rest is left: the client asks for it again.
 * @throws BrokenLog
 */
export async function partitionRecords(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
  budget: Budget,
): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  const transactions = new AbortedTransactions(aborted);
  let sinceTurn = 0;
  for (let at = 0; at + MAGIC_AT < bytes.length && budget.bytes > 0; ) {
    const magic = bytes.readInt8(at + MAGIC_AT);
    const end = at + BEFORE_LENGTH + bytes.readInt32BE(at + BEFORE_LENGTH - 4);
    if (end < at + (magic < 2 ? LEAST_MESSAGE_BYTES : HEADER_BYTES)) {
      if (records.length > 0) break;
      throw new BrokenLog(`a batch at byte ${at} that would end at ${end}`);
    }
    if (end > bytes.length) break;
    const batch = bytes.subarray(at, end);
    if (magic >= 2 && !isIntact(batch)) {
      records.push(damaged(batch, bytes.subarray(end)));
      // Perhaps it was the mark of a transaction: the broker's next answer knows better what was called off.
      break;
    }
    const before = budget.bytes;
    const read = magic < 2 ? await readOld(batch, budget) : await readBatch(batch, transactions, budget);
    for (const record of read) records.push(record);
    sinceTurn += batch.length + before - budget.bytes;
    if (sinceTurn > BYTES_PER_TURN) {
      sinceTurn = 0;
      await nextTurn();
    }
    at = end;
  }
  return records;
}

async function readBatch(bytes: Buffer, transactions: AbortedTransactions, budget: Budget): Promise<FetchedRecord[]> {
  const header = readHeader(bytes);
  const hidden = hiddenRecord(header.lastOffset, header.magic);
  if (transactions.hides(header, bytes)) return [hidden];
  try {
    if (header.magic > 2) throw new Unreadable(`a batch of format ${header.magic}`);
    const content = await recordBytes(bytes, header);
    const records = readRecords(content, header);
    if (header.codec !== 'none') budget.bytes -= content.length + BYTES_PER_RECORD * records.length;
    // After compaction a batch may end with offsets that have no record.
    return records.at(-1)?.offset === hidden.offset ? records : [...records, hidden];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (header.codec !== 'none') budget.bytes -= COST_OF_UNREADABLE;
    return [unreadable(bytes, header, error.message, false)];
  }
}

/** A batch whose checksum doesn't fit. What its header says is not to be trusted: no record behind it must be skipped. */
function damaged(bytes: Buffer, behind: Buffer): FetchedRecord {
  const header = readHeader(bytes);
  const claimed = header.lastOffset - header.baseOffset;
  const counted = BigInt(Math.max(header.count - 1, 0));
  const next = behind.length >= 8 ? behind.readBigInt64BE(0) - 1n : -1n;
  const last = next >= header.baseOffset ? next : header.baseOffset + (claimed < counted ? claimed : counted);
  return unreadable(bytes, { ...header, lastOffset: last }, 'its checksum does not fit', true);
}

function unreadable(bytes: Buffer, header: BatchHeader, why: string, isDamaged: boolean): FetchedRecord {
  const { codec, attributes } = header;
  const batch = {
    first: header.baseOffset,
    last: header.lastOffset,
    codec: codec ?? `codec ${attributes & 0x07}`,
    size: bytes.length,
    why,
    isDamaged,
    bytes: Buffer.from(bytes.subarray(0, codec === 'none' ? MOST_KEPT_BYTES : HEADER_BYTES)),
  };
  return placeholder(batch, header.magic, header.maxTimestamp);
}

async function readOld(bytes: Buffer, budget: Budget): Promise<FetchedRecord[]> {
  const isDamaged = !isMessageIntact(bytes);
  try {
    if (isDamaged) throw new Unreadable('its checksum does not fit');
    const records = await readMessage(bytes);
    for (const { key, value } of records) budget.bytes -= (key?.length ?? 0) + (value?.length ?? 0) + BYTES_PER_RECORD;
    return records;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const [magic, attributes] = [bytes.readInt8(MAGIC_AT), bytes.readInt8(MAGIC_AT + 1)];
    const offset = bytes.readBigInt64BE(0);
    const codec = codecName(attributes) ?? `codec ${attributes & 0x07}`;
    const kept = Buffer.from(bytes.subarray(0, codec === 'none' ? MOST_KEPT_BYTES : MAGIC_AT + 2));
    const batch = {
      first: offset,
      last: offset,
      codec,
      size: bytes.length,
      why: error.message,
      isDamaged,
      bytes: kept,
    };
    return [placeholder(batch, magic, -1n)];
  }
}

/** As Java's client does it (org.apache.kafka.clients.consumer.internals.CompletedFetch). */
class AbortedTransactions {
  private readonly coming: AbortedTransaction[];
  private readonly open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    // The broker gives them in the order in which they ended.
    this.coming = aborted.toSorted((one, other) => (one.firstOffset < other.firstOffset ? -1 : 1));
  }

  /** True if readers must not see anything of this batch. */
  hides(header: BatchHeader, bytes: Buffer): boolean {
    while (this.coming[0] !== undefined && this.coming[0].firstOffset <= header.lastOffset) {
      this.open.add(this.coming[0].producerId);
      this.coming.shift();
    }
    if (header.isControl) {
      if (isAbort(bytes, header)) this.open.delete(header.producerId);
      return true;
    }
    return header.isTransactional && this.open.has(header.producerId);
  }
}

/** True of the mark that ends a transaction that was called off; also of one that nobody understands. */
function isAbort(bytes: Buffer, header: BatchHeader): boolean {
  try {
    const key = readRecords(bytes.subarray(HEADER_BYTES), header)[0]?.key;
    return key == null || key.length < 4 || key.readInt16BE(2) === ABORT;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return true;
  }
}
