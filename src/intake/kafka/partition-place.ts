import type { Batch, Consumer } from 'kafkajs';
import type { ReadRecord, StreamPartition } from '../../cache/commit/stretch.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';
import { DamagedRecords } from './damaged-records.js';
import type { StreamStart } from './positions.js';
import { isAnother, readRecord } from './record-digest.js';
import type { PartitionProgress } from './take-records.js';

/** What a batch tells about the log that it comes from. */
export type Evidence =
  /** It is the log that was read before. */
  | 'fine'
  /** The batch begins before the offset that the client was told to fetch. */
  | 'elsewhere'
  /** At the offset of the last record that was read there is another record. */
  | 'another log';

/**
 * An assigned partition. To verify that its log is still the one that was read before, the last record before the position
 * is fetched again when the partition is assigned, and every few seconds after that.
 */
export class PartitionPlace implements PartitionProgress {
  position: bigint;
  record: ReadRecord | undefined;
  readonly unanswered = new Set<bigint>();
  /** The client has fetched from the position: a first record further on means a gap in the log. */
  isConfirmed = false;
  readonly damage = new DamagedRecords();
  /** Settles when the position has been moved over offsets that have no records for readers. */
  passing?: Promise<void>;
  /** A batch of it is being taken. */
  isBusy = false;
  /** The last record has to be fetched again after the batch that is being taken. */
  isDue = false;
  /** The offset from which the client was told to fetch. */
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

  /** Has the client fetch from the position. */
  goOn(): void {
    this.isLookingAgain = false;
    this.seek(this.position);
  }

  /** Goes on from a position to which another reader has moved the partition. */
  moveTo(position: bigint): void {
    this.position = position;
    this.record = undefined;
    this.goOn();
  }

  /** The records that were fetched have taken effect up to an offset. */
  resolve(offset: bigint, resolveOffset: (offset: string) => void): void {
    if (this.isDue && this.record !== undefined) {
      this.lookAgain(this.record.offset);
    } else {
      this.asked = offset + 1n;
      resolveOffset(String(offset));
    }
  }

  /** Fetches the last record again, now or after the batch that is being taken. */
  lookAgainSoon(): void {
    this.isDue = this.record !== undefined;
    if (this.record !== undefined && !this.isBusy && !this.isLookingAgain) this.lookAgain(this.record.offset);
  }

  /** True if the position is among the offsets that the client fetched, up to this one. */
  reaches(offset: bigint): boolean {
    return this.asked <= this.position && offset >= this.position;
  }

  /**
   * The log does not have the offset that the client was told to fetch. Returns true if that was only the last record,
   * which may have been removed, and goes on from the position. If that is out of range too, the client reports it next.
   */
  passOver(): boolean {
    if (!this.isLookingAgain) return false;
    this.record = undefined;
    this.goOn();
    return true;
  }

  /** What a batch tells about the log, before it is taken. */
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
