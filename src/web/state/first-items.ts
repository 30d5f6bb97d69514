import { answered } from './server.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

type Answering<Item> = Promise<{
  readonly data?: Page<Item>;
  readonly error?: unknown;
  readonly response: Response;
}>;

/**
 * The first items of a list, and whether there are more. A page has fewer items than requested if they are large.
 * @throws SnewsError
 */
export async function firstItems<Item>(
  count: number,
  ask: (page: { readonly limit: number; readonly cursor?: string }) => Answering<Item>,
): Promise<Page<Item>> {
  let { items, next_cursor: cursor } = await answered(ask({ limit: count }));
  while (cursor !== null && items.length < count) {
    const page: Page<Item> = await answered(ask({ limit: count - items.length, cursor }));
    items = [...items, ...page.items];
    cursor = page.next_cursor;
  }
  return { items, next_cursor: cursor };
}
