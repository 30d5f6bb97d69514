import { Prisma } from '../generated/prisma/client.js';
import type { Page, PageRequest } from './page.js';
import { FIRST_PORTION, portionAfter } from './portion.js';
import type { Reader } from './reader.js';
import { type Measured, PAGE_BYTES, PORTION_BYTES, withinBytes } from './within-bytes.js';

/** A list whose items may be large. */
export interface BoundedList<Record, Item, Key> {
  /** The columns of a record. */
  readonly columns: Prisma.Sql;
  readonly table: Prisma.Sql;
  /** The conditions of the list. */
  readonly where: readonly Prisma.Sql[];
  /** The condition for records after a key. */
  beyond(key: Key): Prisma.Sql;
  /** The sort order, that of an index. */
  readonly order: Prisma.Sql;
  /** The approximate length of a record in bytes. */
  readonly bytes: Prisma.Sql;
  key(record: Record): Key;
  view(record: Record): Item;
}

/**
 * Reads a page of at most `limit` items, and of not much more than `PAGE_BYTES`. It is read in portions, between which
 * other requests have their turn.
 */
export async function readBounded<Record, Item, Key>(
  reader: Reader,
  list: BoundedList<Record, Item, Key>,
  { limit, after }: PageRequest<Key>,
): Promise<Page<Item, Key>> {
  const items: Item[] = [];
  let bytes = 0;
  let key = after;
  let portion = FIRST_PORTION;
  for (;;) {
    const most = Math.min(portion, limit - items.length);
    // One more than needed tells whether there are more.
    const records = await readPortion<Record, Key>(reader, list, key, most + 1);
    const taken = records.slice(0, most);
    for (const record of taken) items.push(list.view(record));
    const added = taken.reduce((sum, record) => sum + record.bytes, 0);
    bytes += added;
    const last = taken.at(-1);
    if (last !== undefined) key = list.key(last);
    if (taken.length === (records[0]?.found ?? 0)) return { items, next: null };
    if (items.length === limit || bytes >= PAGE_BYTES) return { items, next: key ?? null };
    portion = portionAfter({ items: taken.length, records: taken.length, bytes: added });
  }
}

/** Reads all items of a list page by page, and waits for `take` after each page. */
export async function eachBounded<Record, Item, Key>(
  reader: Reader,
  list: BoundedList<Record, Item, Key>,
  take: (items: readonly Item[]) => Promise<void>,
): Promise<void> {
  for (let after: Key | undefined | null; after !== null; ) {
    const page: Page<Item, Key> = await readBounded(reader, list, {
      limit: Number.POSITIVE_INFINITY,
      after,
    });
    await take(page.items);
    after = page.next;
  }
}

/** Reads `limit` items of a list, whatever their length. */
export async function readAll<Record, Item, Key>(
  reader: Reader,
  list: BoundedList<Record, Item, Key>,
  { limit, after }: PageRequest<Key>,
): Promise<readonly Item[]> {
  const { items, next } = await readBounded(reader, list, { limit, after });
  if (next === null || items.length === limit) return items;
  return [...items, ...(await readAll(reader, list, { limit: limit - items.length, after: next }))];
}

function readPortion<Record, Key>(
  reader: Reader,
  { columns, table, where, beyond, order, bytes }: Omit<BoundedList<Record, unknown, Key>, 'key' | 'view'>,
  after: Key | undefined,
  count: number,
): Promise<(Record & Measured)[]> {
  const conditions = after === undefined ? where : [...where, beyond(after)];
  const chosen = conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join([...conditions], ' AND ')}`;
  const records = Prisma.sql`
    SELECT ${columns}, ${bytes}::int AS bytes, (row_number() OVER (ORDER BY ${order}))::int AS nth
    FROM ${table} ${chosen} ORDER BY ${order} LIMIT ${count}`;
  return reader.$queryRaw<(Record & Measured)[]>(withinBytes(records, PORTION_BYTES));
}
