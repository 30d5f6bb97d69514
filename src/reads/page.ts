/** The part of a list to read. `Key` is the sort key of the list, unique within it. */
export interface PageRequest<Key> {
  readonly limit: number;
  /** The key after which the page begins; undefined: at the beginning. */
  readonly after?: Key | undefined;
  /** Highest keys first. */
  readonly descending?: boolean | undefined;
}

export interface Page<Item, Key> {
  readonly items: readonly Item[];
  /** The key after which the next page begins; null: this is the last page. */
  readonly next: Key | null;
}

/**
 * Makes a page of the records that were read: one more than a page has, if there are more.
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

/** A 64-bit counter as a number. @throws RangeError if JSON can't carry it exactly */
export function exactNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is more than JSON carries exactly`);
  return number;
}
