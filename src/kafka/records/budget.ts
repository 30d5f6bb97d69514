/**
 * What a record takes besides its bytes: an object of its own, its key and its value, and the same of whoever reads it
 * (460 bytes without key and value, seen with Node 20).
 */
export const BYTES_PER_RECORD = 700;
const BYTES_PER_HEADER = 200;
/**
 * What a batch may yield at least, however little is left: to come to its middle it has to be checked and decompressed from
 * its beginning.
 */
const LEAST_PORTION_BYTES = 8 * 1024 * 1024;

/** What a broker's answer may still yield, of all its partitions: what goes beyond is asked for again. */
export class Budget {
  constructor(private bytes: number) {}

  get left(): number {
    return this.bytes;
  }

  get isUsedUp(): boolean {
    return this.bytes <= 0;
  }

  /** Of what came out of something, without the records that are made of it. */
  take(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Begins to make the records of one batch. */
  portion(): RecordPortion {
    return new RecordPortion(this, Math.max(this.bytes, LEAST_PORTION_BYTES));
  }
}

/** The records of one batch, as many as the budget allows and one at least. */
export class RecordPortion {
  private cost = 0;

  constructor(
    private readonly budget: Budget,
    private readonly most: number,
  ) {}

  get isFull(): boolean {
    return this.cost >= this.most;
  }

  /** A record is made. */
  take(headers: number): void {
    const bytes = BYTES_PER_RECORD + headers * BYTES_PER_HEADER;
    this.cost += bytes;
    this.budget.take(bytes);
  }
}
