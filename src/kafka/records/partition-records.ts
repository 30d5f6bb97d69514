import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Budget, BYTES_PER_RECORD } from './budget.js';
import { codecName } from './codecs.js';
import { type Asked, lastOfDamaged } from './damaged.js';
import { type FetchedRecord, hiddenRecord, placeholder } from './fetched-record.js';
import { BrokenLog, type Frame, frameAt, MAGIC_AT } from './frame.js';
import { readMessage } from './message-set.js';
import {
  type BatchHeader,
  firstRecord,
  HEADER_BYTES,
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

/** Of an uncompressed batch that can't be read so much is kept. */
const MOST_KEPT_BYTES = 64 * 1024;
/** Nothing is left of what came out of a batch that can't be read, but it took its time. */
const COST_OF_UNREADABLE = MOST_BYTES / 8;
/** What is read without a break. */
const BYTES_PER_TURN = 512 * 1024;
/** The type in a control record's key: version, then type. */
const ABORT = 0;

/** What a partition's records are read with. */
interface Reading extends Asked {
  readonly transactions: AbortedTransactions;
  readonly budget: Budget;
}

/**
 * The records of a partition's part of an answer, from the offset on that was asked for. Those of a batch that can't be
 * read are replaced by one placeholder; marks of transactions, and what was called off, are hidden. Where the answer ends
 * in the middle of a batch, or the budget is used up, the rest is left: the client asks for it again.
 * @throws BrokenLog
 */
export async function partitionRecords(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
  budget: Budget,
  asked: Asked,
): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  const reading = { ...asked, transactions: new AbortedTransactions(aborted), budget };
  let sinceTurn = 0;
  for (let at = 0; !budget.isUsedUp; ) {
    const frame = nextFrame(bytes, at, records.length === 0);
    if (frame === undefined) break;
    at += frame.bytes.length;
    if (!frame.isIntact) {
      records.push(damaged(frame, bytes.subarray(at), reading));
      // Perhaps it was the mark of a transaction: the broker's next answer knows better what was called off.
      break;
    }
    const before = budget.left;
    // It leaves a record of its own, if not of those in it.
    budget.take(BYTES_PER_RECORD);
    const read = frame.isOld ? await readOld(frame.bytes, reading) : await readBatch(frame.bytes, reading);
    for (const record of read) records.push(record);
    sinceTurn += frame.bytes.length + before - budget.left;
    if (sinceTurn > BYTES_PER_TURN) {
      sinceTurn = 0;
      await nextTurn();
    }
  }
  return records;
}

/** What stands behind a batch that was read may be asked for again. */
function nextFrame(bytes: Buffer, at: number, isFirst: boolean): Frame | undefined {
  try {
    return frameAt(bytes, at);
  } catch (error) {
    if (isFirst || !(error instanceof BrokenLog)) throw error;
    return undefined;
  }
}

async function readBatch(bytes: Buffer, { from, transactions, budget }: Reading): Promise<FetchedRecord[]> {
  const header = readHeader(bytes);
  const isHidden = transactions.hides(header, bytes);
  if (header.lastOffset < from) return [];
  const hidden = hiddenRecord(header.lastOffset, header.magic);
  if (isHidden) return [hidden];
  try {
    if (header.magic > 2) throw new Unreadable(`a batch of format ${header.magic}`);
    const content = await recordBytes(bytes, header);
    if (header.codec !== 'none') budget.take(content.length);
    const { records, isWhole } = readRecords(content, header, from, budget.portion());
    // After compaction a batch may end with offsets that have no record.
    return !isWhole || records.at(-1)?.offset === hidden.offset ? records : [...records, hidden];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (header.codec !== 'none') budget.take(COST_OF_UNREADABLE);
    return [unreadable(bytes, header, from, error.message)];
  }
}

function unreadable(bytes: Buffer, header: BatchHeader, from: bigint, why: string, isDamaged = false): FetchedRecord {
  const { codec, attributes, baseOffset, lastOffset } = header;
  const batch = {
    // Records before were read another time.
    first: baseOffset > from && baseOffset <= lastOffset ? baseOffset : from,
    last: lastOffset,
    codec: codec ?? `codec ${attributes & 0x07}`,
    size: bytes.length,
    why,
    isDamaged,
    bytes: Buffer.from(bytes.subarray(0, codec === 'none' ? MOST_KEPT_BYTES : HEADER_BYTES)),
  };
  return placeholder(batch, header.magic, header.maxTimestamp);
}

async function readOld(bytes: Buffer, { from, budget }: Reading): Promise<FetchedRecord[]> {
  try {
    return (await readMessage(bytes, from, budget)).records;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const offset = bytes.readBigInt64BE(0);
    return offset < from ? [] : [unreadableOld(bytes, offset, error.message)];
  }
}

function unreadableOld(bytes: Buffer, offset: bigint, why: string, isDamaged = false): FetchedRecord {
  const [magic, attributes] = [bytes.readInt8(MAGIC_AT), bytes.readInt8(MAGIC_AT + 1)];
  const codec = codecName(attributes) ?? `codec ${attributes & 0x07}`;
  const kept = Buffer.from(bytes.subarray(0, codec === 'none' ? MOST_KEPT_BYTES : MAGIC_AT + 2));
  return placeholder(
    { first: offset, last: offset, codec, size: bytes.length, why, isDamaged, bytes: kept },
    magic,
    -1n,
  );
}

function damaged(frame: Frame, behind: Buffer, asked: Asked): FetchedRecord {
  const last = lastOfDamaged(frame, behind, asked);
  const why = 'its checksum does not fit';
  if (frame.isOld) return unreadableOld(frame.bytes, last, why, true);
  return unreadable(frame.bytes, { ...readHeader(frame.bytes), lastOffset: last }, asked.from, why, true);
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
    const key = firstRecord(bytes.subarray(HEADER_BYTES), header)?.key;
    return key == null || key.length < 4 || key.readInt16BE(2) === ABORT;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return true;
  }
}
