/** A stretch of a list. `Key` is what the list is sorted by, unique within it. */
export interface PageRequest<Key> {
  readonly limit: number;
  /** The key of the last item that the reader has; from the beginning without. */
  readonly after?: Key | undefined;
  /** The highest keys first. */
  readonly descending?: boolean | undefined;
}

export interface Page<Item, Key> {
  readonly items: readonly Item[];
  /** The key after which the next page begins; null: that was all. */
  readonly next: Key | null;
}

/**
 * Makes a page of what was read, which is one record more than a page holds if there are more.
 * @param key the sort key of a record
 */
export function toPage<Stored, Item, Key>(
  stored: readonly Stored[],
  limit: number,
  key: (record: Stored) => Key,
  view: (record: Stored) => Item,
): Page<Item, Key> {
  const held = stored.slice(0, limit);
  const last = held.at(-1);
  return { items: held.map(view), next: stored.length > limit && last !== undefined ? key(last) : null };
}

/** A 64-bit counter as a number that JSON carries exactly. */
export function exactNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is more than JSON carries exactly`);
  return number;
}
