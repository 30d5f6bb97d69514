import { setImmediate as nextTurn } from 'node:timers/promises';

/** The number of elements between two turns of the event loop. A command may change thousands of sub-groups. */
const AT_ONCE = 25;

/** Maps a list. A long list is mapped in portions, between which the event loop runs. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result,
  atOnce = AT_ONCE,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (results.length > 0 && results.length % atOnce === 0) await nextTurn();
    results.push(map(item));
  }
  return results;
}
