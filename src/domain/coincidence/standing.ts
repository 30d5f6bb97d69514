/** What a detector has standing. `order` is the order of reception. */
interface Ended {
  readonly isStanding: boolean;
}

/**
 * A detector's observations in order of reception, the last ones first at hand: a retraction of the latest costs what
 * it takes. Entries that stand no longer are left in until they are half of the list.
 */
export class StandingList<Entry extends Ended> {
  private entries: Entry[] = [];
  private ended = 0;

  push(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Must be told of each entry that stands no longer. */
  noteEnd(): void {
    this.ended++;
    if (this.ended * 2 <= this.entries.length) return;
    this.entries = this.entries.filter(({ isStanding }) => isStanding);
    this.ended = 0;
  }

  /** All that stand, in order of reception. */
  all(): Entry[] {
    return this.entries.filter(({ isStanding }) => isStanding);
  }

  /** The `count` most recently received that stand and that are meant, in order of reception. */
  latest(count: number, isMeant: (entry: Entry) => boolean): Entry[] {
    const found: Entry[] = [];
    for (let i = this.entries.length - 1; i >= 0 && found.length < count; i--) {
      const entry = this.entries[i] as Entry;
      if (entry.isStanding && isMeant(entry)) found.push(entry);
    }
    return found.reverse();
  }
}
