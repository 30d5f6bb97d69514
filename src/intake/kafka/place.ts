import type { Batch, Consumer } from 'kafkajs';
import type { ReadRecord, StreamPartition } from '../../cache/commit/stretch.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';
import { Damage } from './damage.js';
import type { StreamStart } from './positions.js';
import { isAnother, readRecord } from './record-digest.js';
import type { PartitionProgress } from './take-records.js';

/** What a batch tells of the log that it comes from. */
export type Evidence =
  /** It is the log that was read before. */
  | 'fine'
  /** The client fetched from before where it was told to. */
  | 'elsewhere'
  /** Where the last record was that was read there is another one. */
  | 'another log';

/**
 * A partition since it was assigned. To know that its log is still the one that was read before, the last record before
 * the position is fetched again: first of all, and every now and then.
 */
export class PartitionPlace implements PartitionProgress {
  /** As stored, as far as this reader knows. */
  position: bigint;
  /** The last record before the position; undefined: none is known. */
  record: ReadRecord | undefined;
  /** Positions of transactions that failed: one that is found stored was written all the same, and its answer lost. */
  readonly unanswered = new Set<bigint>();
  /** The client was told to read from there, and has: a first record further on means a gap in the log. */
  isConfirmed = false;
  readonly damage = new Damage();
  /** The position is moved over what readers don't get to see. */
  passing?: Promise<void>;
  /** A batch of it is being taken. */
  isBusy = false;
  /** The last record is to be looked at again. */
  isDue = false;
  /** From where on the client fetches. */
  private asked: bigint;
  private isLookingAgain = false;

  constructor(
    private readonly partition: StreamPartition,
    private readonly consumer: Consumer,
    { position, record, low }: StreamStart,
  ) {
    this.position = position;
    this.record = record;
    this.asked = position;
    const before = record?.offset ?? position - 1n;
    if (before >= low && before < position) this.lookAgain(before);
    else this.seek(position);
  }

  /** Tells the client to go on from the position. */
  goOn(): void {
    this.isLookingAgain = false;
    this.seek(this.position);
  }

  /** Somebody else has moved the position. */
  moveTo(position: bigint): void {
    this.position = position;
    this.record = undefined;
    this.goOn();
  }

  /** What was fetched has taken effect up to an offset. */
  resolve(offset: bigint, resolveOffset: (offset: string) => void): void {
    if (this.isDue && this.record !== undefined) {
      this.lookAgain(this.record.offset);
    } else {
      this.asked = offset + 1n;
      resolveOffset(String(offset));
    }
  }

  /** The last record is fetched again, now or behind the batch that is being taken. */
  lookAgainSoon(): void {
    this.isDue = this.record !== undefined;
    if (this.record !== undefined && !this.isBusy && !this.isLookingAgain) this.lookAgain(this.record.offset);
  }

  /** True if what the client fetched up to an offset has the position in it. */
  reaches(offset: bigint): boolean {
    return this.asked <= this.position && offset >= this.position;
  }

  /** The log does not have what the client was told to fetch. True if that was not what comes next. */
  passOver(): boolean {
    if (!this.isLookingAgain) return false;
    // Removed, maybe: if the position is out of range too, the client says so next.
    this.record = undefined;
    this.goOn();
    return true;
  }

  /** What a batch tells of the log, before it is taken. */
  look({ messages: [first] }: Pick<Batch, 'messages'>): Evidence {
    if (first === undefined) return 'fine';
    const offset = BigInt(first.offset);
    if (offset < this.asked) return 'elsewhere';
    if (!this.isLookingAgain) return 'fine';
    this.isLookingAgain = false;
    if (offset >= this.position || unreadableBatch(first) !== undefined) return 'fine';
    const record = readRecord(first);
    if (this.record !== undefined && isAnother(this.record, record)) return 'another log';
    this.record ??= record;
    return 'fine';
  }

  private lookAgain(offset: bigint): void {
    this.isDue = false;
    this.isLookingAgain = true;
    this.seek(offset);
  }

  private seek(offset: bigint): void {
    this.asked = offset;
    const { topic, partition } = this.partition;
    this.consumer.seek({ topic, partition, offset: String(offset) });
  }
}
