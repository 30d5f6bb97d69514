/** An observation that may have ended. */
interface Ended {
  readonly isStanding: boolean;
  /** The order of reception. */
  readonly order: number;
}

/**
 * A detector's observations in order of reception. A retraction of the latest costs only what it takes. Ended entries are
 * left in until they are half of the list.
 */
export class StandingList<Entry extends Ended> {
  private entries: Entry[] = [];
  private ended = 0;
  private isSorted = true;

  push(entry: Entry): void {
    const last = this.entries.at(-1);
    // The undo of a reset brings back observations that were received before others in the list.
    if (last !== undefined && last.order > entry.order) this.isSorted = false;
    this.entries.push(entry);
  }

  /** Must be called for each entry that has ended. */
  noteEnd(): void {
    this.ended++;
    if (this.ended * 2 <= this.entries.length) return;
    this.entries = this.entries.filter(({ isStanding }) => isStanding);
    this.ended = 0;
  }

  /** All that have not ended, in order of reception. */
  all(): Entry[] {
    this.sort();
    return this.entries.filter(({ isStanding }) => isStanding);
  }

  /** The `count` most recently received that have not ended and satisfy `isMeant`, in order of reception. */
  latest(count: number, isMeant: (entry: Entry) => boolean): Entry[] {
    this.sort();
    const found: Entry[] = [];
    for (let i = this.entries.length - 1; i >= 0 && found.length < count; i--) {
      const entry = this.entries[i] as Entry;
      if (entry.isStanding && isMeant(entry)) found.push(entry);
    }
    return found.reverse();
  }

  private sort(): void {
    if (!this.isSorted) this.entries.sort((a, b) => a.order - b.order);
    this.isSorted = true;
  }
}
