/** A record as kafkajs hands it to consumers. */
export interface FetchedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  /** POSIX milliseconds. */
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | Buffer[] | null>;
  /** The client skips it, and moves its offset past it. */
  readonly isControlRecord: boolean;
}

/** An unreadable batch, or in an old log an unreadable message with the messages that are compressed in it. */
export interface UnreadableBatch {
  readonly first: bigint;
  readonly last: bigint;
  /** The codec's name, or the number of an unknown codec. */
  readonly codec: string;
  /** Bytes of the whole batch. */
  readonly size: number;
  readonly why: string;
  /** The checksum is wrong. It may have been damaged in transit only. */
  readonly isDamaged: boolean;
  /** Its first bytes; of a compressed batch only the header, as the rest may hold a password that can't be masked. */
  readonly bytes: Buffer;
}

const unreadable = new WeakMap<object, UnreadableBatch>();

/** The batch that a placeholder stands for; undefined for other records. */
export function unreadableBatch(record: object): UnreadableBatch | undefined {
  return unreadable.get(record);
}

/** A record in place of an unreadable batch, at the offset of its last record. */
export function placeholder(batch: UnreadableBatch, magicByte: number, timestamp: bigint): FetchedRecord {
  const record = emptyRecord(batch.last, magicByte, timestamp, false);
  unreadable.set(record, batch);
  return record;
}

/** A record that only moves the client's offset; consumers don't get it. */
export function hiddenRecord(offset: bigint, magicByte: number): FetchedRecord {
  return emptyRecord(offset, magicByte, 0n, true);
}

function emptyRecord(offset: bigint, magicByte: number, timestamp: bigint, isControlRecord: boolean): FetchedRecord {
  return {
    magicByte,
    attributes: 0,
    timestamp: String(timestamp),
    offset: String(offset),
    key: null,
    value: null,
    headers: {},
    isControlRecord,
  };
}
