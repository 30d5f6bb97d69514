import type { Page as ReadPage } from '../reads/page.js';
import { encodeCursor } from './cursor.js';
import type { ListPage } from './schemas/list.js';

/** A page as it is sent. @param position the parts of the key, which the cursor contains */
export function toPage<Item, Key>(
  { items, next }: ReadPage<Item, Key>,
  position: (key: Key) => readonly (string | number)[],
): ListPage<Item> {
  return { items, next_cursor: next === null ? null : encodeCursor(position(next)) };
}
