import { Budget } from './budget.js';
import { Cursor } from './byte-cursor.js';
import type { FetchedRecord } from './fetched-record.js';
import { BrokenLog } from './log-frame.js';
import { type AbortedTransaction, partitionRecords } from './partition-records.js';

/** The memory that the records of one response may take, not counting what the last batch exceeds it by. */
export const MOST_BYTES_PER_ANSWER = 32 * 1024 * 1024;

const CORRUPT_MESSAGE = 2;

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  /** (As kafkajs calls it.) */
  readonly lastStartOffset: string | undefined;
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number | undefined;
  readonly messages: readonly FetchedRecord[];
}

/** A response to Fetch, as kafkajs decodes it. */
export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number | undefined;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface RawPartition extends Omit<FetchedPartition, 'messages' | 'abortedTransactions'> {
  /** The offset from which it was fetched. */
  readonly from: bigint;
  readonly aborted: readonly AbortedTransaction[];
  readonly bytes: Buffer | null;
}

/** Gives the offset from which a partition was fetched. */
export type FetchedFrom = (topic: string, partition: number) => bigint;

/**
 * @param version of the protocol, 4 to 11
 * @throws Unreadable if the response violates the protocol
 */
export async function decodeFetchResponse(
  raw: Buffer,
  version: number,
  fetchedFrom: FetchedFrom,
): Promise<FetchResponse> {
  const cursor = new Cursor(raw);
  const throttleTime = cursor.int32();
  const errorCode = version >= 7 ? cursor.int16() : 0;
  const sessionId = version >= 7 ? cursor.int32() : 0;
  const topics = array(cursor, () => {
    const topicName = cursor.take(cursor.int16()).toString();
    const from = (partition: number) => fetchedFrom(topicName, partition);
    return { topicName, partitions: array(cursor, () => rawPartition(cursor, version, from)) };
  });
  const read = await readAll(topics.flatMap(({ partitions }) => partitions));
  return {
    // From version 8 on the client has to wait, in older versions the broker has waited.
    throttleTime: version >= 8 ? 0 : throttleTime,
    clientSideThrottleTime: version >= 8 ? throttleTime : undefined,
    errorCode,
    sessionId,
    responses: topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map((partition) => read.get(partition) as FetchedPartition),
    })),
  };
}

/** Starts with a random partition: if one of them uses up the budget, the others get their turn in another response. */
async function readAll(partitions: readonly RawPartition[]): Promise<Map<RawPartition, FetchedPartition>> {
  const read = new Map<RawPartition, FetchedPartition>();
  const budget = new Budget(MOST_BYTES_PER_ANSWER);
  const first = Math.floor(Math.random() * partitions.length);
  for (const partition of [...partitions.slice(first), ...partitions.slice(0, first)]) {
    read.set(partition, await readPartition(partition, budget));
  }
  return read;
}

async function readPartition(
  { from, aborted, bytes, ...known }: RawPartition,
  budget: Budget,
): Promise<FetchedPartition> {
  const partition = { ...known, abortedTransactions: [] };
  if (bytes === null || known.errorCode !== 0) return { ...partition, messages: [] };
  const asked = { from, highWatermark: BigInt(known.highWatermark) };
  try {
    return { ...partition, messages: await partitionRecords(bytes, aborted, budget, asked) };
  } catch (error) {
    if (!(error instanceof BrokenLog)) throw error;
    return { ...partition, errorCode: CORRUPT_MESSAGE, messages: [] };
  }
}

function rawPartition(cursor: Cursor, version: number, from: (partition: number) => bigint): RawPartition {
  const partition = cursor.int32();
  return {
    partition,
    from: from(partition),
    errorCode: cursor.int16(),
    highWatermark: String(cursor.int64()),
    lastStableOffset: String(cursor.int64()),
    lastStartOffset: version >= 5 ? String(cursor.int64()) : undefined,
    aborted: array(cursor, () => ({ producerId: cursor.int64(), firstOffset: cursor.int64() })),
    preferredReadReplica: version >= 11 ? cursor.int32() : undefined,
    bytes: cursor.bytes32(),
  };
}

function array<Item>(cursor: Cursor, item: () => Item): Item[] {
  const length = cursor.int32();
  const items: Item[] = [];
  for (let i = 0; i < length; i++) items.push(item());
  return items;
}
