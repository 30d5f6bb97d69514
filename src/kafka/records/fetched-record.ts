/** A record as kafkajs hands it on. */
export interface FetchedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  /** POSIX milliseconds. */
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | Buffer[] | null>;
  /** Not for readers: the client goes past it. */
  readonly isControlRecord: boolean;
}

/** Records that nobody can read: a batch, or in an old log one record or what is compressed in it. */
export interface UnreadableBatch {
  readonly first: bigint;
  readonly last: bigint;
  /** What it is compressed with: a name, or the number of one that is not known. */
  readonly codec: string;
  /** Of the whole batch. */
  readonly size: number;
  readonly why: string;
  /** The checksum doesn't fit: perhaps it was only damaged on its way. */
  readonly isDamaged: boolean;
  /** Its first bytes; of a compressed batch only the header, as nobody can tell whether a password is in the rest. */
  readonly bytes: Buffer;
}

const unreadable = new WeakMap<object, UnreadableBatch>();

/** What a record stands for that was put in the place of such as nobody can read. */
export function unreadableBatch(record: object): UnreadableBatch | undefined {
  return unreadable.get(record);
}

/** Takes the place of records that nobody can read, at the offset of the last. */
export function placeholder(batch: UnreadableBatch, magicByte: number, timestamp: bigint): FetchedRecord {
  const record = emptyRecord(batch.last, magicByte, timestamp, false);
  unreadable.set(record, batch);
  return record;
}

/** Tells the client where to go on, and readers nothing. */
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
