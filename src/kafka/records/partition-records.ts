import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Budget, BYTES_PER_RECORD } from './budget.js';
import { codecName } from './codecs.js';
import { type Asked, lastOfDamaged } from './damaged.js';
import { type FetchedRecord, hiddenRecord, placeholder } from './fetched-record.js';
import { BrokenLog, type Frame, frameAt, MAGIC_AT } from './log-frame.js';
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

/** An aborted transaction: records of its producer from `firstOffset` to the producer's next marker must not be read. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** How much of an unreadable, uncompressed batch is kept. */
const MOST_KEPT_BYTES = 64 * 1024;
/** What an unreadable compressed batch takes from the budget: it takes no memory, but time. */
const COST_OF_UNREADABLE = MOST_BYTES / 8;
/** How much is read without giving other work of the process a turn. */
const BYTES_PER_TURN = 512 * 1024;
/** The type in a control record's key: version, then type. */
const ABORT = 0;

/** What is needed to read a partition's records. */
interface Reading extends Asked {
  readonly transactions: AbortedTransactions;
  readonly budget: Budget;
}

/**
 * The records in the response of a partition, from the offset on that was fetched. The records of an unreadable batch are
 * replaced by one placeholder; markers of transactions and aborted records are hidden. If the response ends in the middle
 * of a batch, or the budget is used up, the rest is omitted: the client fetches it again.
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
      // It may be the marker of a transaction; which records after it are aborted, only the next response tells.
      break;
    }
    const before = budget.left;
    // Every batch yields at least a placeholder or a hidden record.
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

/** The next frame. A broken one is an error only if it is the first: otherwise it is fetched again. */
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
    // After compaction a batch may end with offsets that have no records.
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
    // Records before the offset that was fetched were read earlier.
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

/**
 * Finds the batches of aborted transactions, as Java's client does
 * (org.apache.kafka.clients.consumer.internals.CompletedFetch).
 */
class AbortedTransactions {
  private readonly coming: AbortedTransaction[];
  private readonly open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    // The broker lists them in the order in which they ended.
    this.coming = aborted.toSorted((one, other) => (one.firstOffset < other.firstOffset ? -1 : 1));
  }

  /** True if the batch is a marker or aborted, so that readers must not get it. */
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

/** True of the marker of an aborted transaction, and of a marker that can't be read. */
function isAbort(bytes: Buffer, header: BatchHeader): boolean {
  try {
    const key = firstRecord(bytes.subarray(HEADER_BYTES), header)?.key;
    return key == null || key.length < 4 || key.readInt16BE(2) === ABORT;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return true;
  }
}
