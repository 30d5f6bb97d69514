import { answered, type ServerAnswer } from './server.js';

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export interface FetchedPage<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** The largest page of the server. */
const PAGE = 1_000;

/**
 * The items of a list, in its order. Only one page is in memory at a time.
 * @throws SnewsError
 */
export async function* itemsOf<Item>(
  ask: (page: PageQuery) => Promise<ServerAnswer<FetchedPage<Item>>>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item> {
  let left = limit;
  let from: { readonly cursor?: string } | undefined = {};
  while (from !== undefined && left > 0) {
    const page: FetchedPage<Item> = answered(await ask({ limit: Math.min(PAGE, left), ...from }));
    yield* page.items;
    left -= page.items.length;
    from = page.next_cursor === null ? undefined : { cursor: page.next_cursor };
  }
}

/** All items of a list, or the first `limit`. */
export async function allItems<Item>(
  ask: (page: PageQuery) => Promise<ServerAnswer<FetchedPage<Item>>>,
  limit?: number,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of itemsOf(ask, limit)) items.push(item);
  return items;
}
