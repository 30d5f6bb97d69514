import { Patience, type PatienceOptions } from './patience.js';

/** What must happen before a record whose transaction fails is put aside, and how much is said about it. */
export interface FailureLimits extends PatienceOptions {
  /** So often at least it failed, alone. */
  readonly failures: number;
  /** Milliseconds from its first failure to its last, at least. */
  readonly overMilliseconds: number;
  /** After so many records put aside in a row none is any more: the fault is not theirs. */
  readonly inRow: number;
  /** At most one line of log in so many milliseconds. */
  readonly quietMilliseconds: number;
}

export const FAILURE_LIMITS: FailureLimits = {
  failures: 10,
  overMilliseconds: 300_000,
  inRow: 3,
  quietMilliseconds: 10_000,
};

/**
 * What failed of a partition's transactions, for as long as the process lives. Nobody can tell from an error whether a
 * record brings it or the database, so none is judged by its error: whatever fails waits, and is tried again with fewer
 * records, until one stands alone.
 *
 *     working ── a transaction fails ──> waiting ── one succeeds ──> working
 *     waiting ── a lone record fails for long, beside probes that succeed ──> put aside ──> working
 *     waiting ── the same once more after three in a row ──> stopped: waits on, and puts nothing aside
 */
export class PartitionFailures {
  readonly patience: Patience;
  /** Since when nothing succeeds; undefined: the last transaction succeeded, or nobody tries. */
  private since: number | undefined;
  /** How many records are tried at once. */
  private portion = Number.POSITIVE_INFINITY;
  private alone: { readonly offset: bigint; failures: number; readonly since: number } | undefined;
  private inRow = 0;
  private saidAt = Number.NEGATIVE_INFINITY;
  private unsaid = 0;

  /** @param now milliseconds of a clock that is never set: how long something lasts has nothing to do with the date */
  constructor(
    private readonly limits: FailureLimits = FAILURE_LIMITS,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.patience = new Patience(limits);
  }

  /** Of these records, those to try next. */
  first<Record>(records: readonly Record[]): readonly Record[] {
    return records.slice(0, this.portion);
  }

  succeeded(records: number): void {
    this.over();
    this.alone = undefined;
    this.inRow = 0;
    this.portion *= 2;
    this.patience.succeeded(records);
  }

  /** @returns milliseconds to wait */
  failed(records: readonly { readonly offset: bigint }[]): number {
    this.since ??= this.now();
    this.portion = Math.max(1, Math.floor(records.length / 2));
    const [first] = records;
    if (first !== undefined && records.length === 1) {
      if (this.alone?.offset !== first.offset) this.alone = { offset: first.offset, failures: 0, since: this.now() };
      this.alone.failures++;
    }
    return this.patience.failed();
  }

  /** The lone record took no effect: the next one is tried. */
  putAside(): void {
    this.over();
    this.alone = undefined;
    this.inRow++;
  }

  /** Nobody tries any more: whoever has the partition next tells how it fares. */
  over(): void {
    this.since = undefined;
  }

  /** True if one more failure of this record would show that it is to blame. */
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

  /** What of it may be logged; undefined: nothing now, as something was said a moment ago. */
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
