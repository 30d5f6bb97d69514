import { Backoff, type BackoffOptions } from './backoff.js';

/** When a record whose transaction fails becomes a dead letter, and how often failures are logged. */
export interface FailureLimits extends BackoffOptions {
  /** The record has failed at least this often in a transaction of its own. */
  readonly failures: number;
  /** Its first and its last failure are at least this many milliseconds apart. */
  readonly overMilliseconds: number;
  /** After this many dead letters in a row the partition stops: something other than its records is likely to fail. */
  readonly inRow: number;
  /** The shortest time between two lines in the log. */
  readonly quietMilliseconds: number;
}

export const FAILURE_LIMITS: FailureLimits = {
  failures: 10,
  overMilliseconds: 300_000,
  inRow: 3,
  quietMilliseconds: 10_000,
};

/**
 * The failures of a partition's transactions, for as long as the process lives. An error does not tell whether a record or
 * the database caused it. Therefore every failed transaction is retried after a wait with half of its records, down to a
 * single one. States and transitions:
 *
 *     working -> waiting   a transaction fails
 *     waiting -> working   a transaction succeeds
 *     waiting -> working   a single record fails for long while probes succeed: it becomes a dead letter
 *     waiting -> stopped   a single record fails likewise after three dead letters in a row
 *     stopped -> working   its transaction succeeds; until then it is retried and does not become a dead letter
 */
export class PartitionFailures {
  readonly backoff: Backoff;
  /** When the first failure since the last success was; undefined: the last transaction succeeded, or none is tried. */
  private since: number | undefined;
  /** How many records go into one transaction. */
  private portion = Number.POSITIVE_INFINITY;
  private alone: { readonly offset: bigint; failures: number; readonly since: number } | undefined;
  private inRow = 0;
  private saidAt = Number.NEGATIVE_INFINITY;
  private unsaid = 0;

  /** @param now milliseconds of a monotonic clock */
  constructor(
    private readonly limits: FailureLimits = FAILURE_LIMITS,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.backoff = new Backoff(limits);
  }

  /** The first of some records, which the next transaction takes. */
  first<Record>(records: readonly Record[]): readonly Record[] {
    return records.slice(0, this.portion);
  }

  succeeded(records: number): void {
    this.over();
    this.alone = undefined;
    this.inRow = 0;
    this.portion *= 2;
    this.backoff.succeeded(records);
  }

  /** @returns the milliseconds to wait */
  failed(records: readonly { readonly offset: bigint }[]): number {
    this.since ??= this.now();
    this.portion = Math.max(1, Math.floor(records.length / 2));
    const [first] = records;
    if (first !== undefined && records.length === 1) {
      if (this.alone?.offset !== first.offset) this.alone = { offset: first.offset, failures: 0, since: this.now() };
      this.alone.failures++;
    }
    return this.backoff.failed();
  }

  /** The single record became a dead letter. */
  deadLettered(): void {
    this.over();
    this.alone = undefined;
    this.inRow++;
  }

  /** Ends the waiting without a success: another reader has the partition now. */
  over(): void {
    this.since = undefined;
  }

  /** True if the record becomes a dead letter when it fails once more. */
  isLast(offset: bigint): boolean {
    return this.isBlamed(offset) && this.inRow < this.limits.inRow;
  }

  private isBlamed(offset: bigint): boolean {
    const { alone, limits } = this;
    if (alone === undefined || alone.offset !== offset) return false;
    return alone.failures >= limits.failures - 1 && this.now() - alone.since >= limits.overMilliseconds;
  }

  get isWaiting(): boolean {
    return this.since !== undefined;
  }

  get isStopped(): boolean {
    return (
      this.isWaiting && this.inRow >= this.limits.inRow && this.alone !== undefined && this.isBlamed(this.alone.offset)
    );
  }

  /** What to log about the failures; undefined if the last line in the log is too recent. */
  report(): { readonly since: Date; readonly failures: number } | undefined {
    this.unsaid++;
    const now = this.now();
    if (now - this.saidAt < this.limits.quietMilliseconds) return undefined;
    const failures = this.unsaid;
    this.saidAt = now;
    this.unsaid = 0;
    return { since: new Date(Date.now() - (now - (this.since ?? now))), failures };
  }
}
