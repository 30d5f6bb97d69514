import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many are worked on before the others have their turn: a command may change thousands of tables. */
const AT_ONCE = 25;

/** Maps a list; a long one in portions, between which the others have their turn. */
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
