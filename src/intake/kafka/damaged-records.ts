/** How often a damaged batch is fetched before it counts as damaged in the log. */
const FETCHES = 4;

/** Counts batches with a wrong checksum: each may have been damaged in transit only. */
export class DamagedRecords {
  private last = { offset: -1n, times: 0 };

  /** Counts a damaged batch. True if it arrived damaged so often that it must be damaged in the log. */
  isBelieved(offset: bigint): boolean {
    this.last = { offset, times: this.last.offset === offset ? this.last.times + 1 : 1 };
    return this.last.times >= FETCHES;
  }
}
