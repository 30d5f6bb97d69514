/**
 * The memory that a record takes besides its bytes: its object, key and value, and those of the reader (460 bytes without
 * key and value were measured with Node 20).
 */
export const BYTES_PER_RECORD = 700;
const BYTES_PER_HEADER = 200;
/**
 * The least that a batch may take, however little of the budget is left: otherwise a batch would be decompressed from its
 * beginning again and again to get few records each time.
 */
const LEAST_PORTION_BYTES = 8 * 1024 * 1024;

/** The memory that a response may still take, of all its partitions. Records beyond it are fetched again. */
export class Budget {
  constructor(private bytes: number) {}

  get left(): number {
    return this.bytes;
  }

  get isUsedUp(): boolean {
    return this.bytes <= 0;
  }

  /** Takes decompressed bytes from the budget, not counting the records that are made of them. */
  take(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Starts the records of one batch. */
  portion(): RecordPortion {
    return new RecordPortion(this, Math.max(this.bytes, LEAST_PORTION_BYTES));
  }
}

/** Counts the records of one batch: as many as the budget allows, and at least one. */
export class RecordPortion {
  private cost = 0;

  constructor(
    private readonly budget: Budget,
    private readonly most: number,
  ) {}

  get isFull(): boolean {
    return this.cost >= this.most;
  }

  /** Counts a record. */
  take(headers: number): void {
    const bytes = BYTES_PER_RECORD + headers * BYTES_PER_HEADER;
    this.cost += bytes;
    this.budget.take(bytes);
  }
}
