/** So often a damaged batch is fetched before that is believed. */
const FETCHES = 4;

/** Batches whose checksum doesn't fit: each may have been damaged on its way only. */
export class Damage {
  private last = { offset: -1n, times: 0 };

  /** Counts one that came. True if it came damaged so often that it must be so where it is stored. */
  isBelieved(offset: bigint): boolean {
    this.last = { offset, times: this.last.offset === offset ? this.last.times + 1 : 1 };
    return this.last.times >= FETCHES;
  }
}
