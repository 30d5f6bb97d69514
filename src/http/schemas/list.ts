import { z } from 'zod';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { field } from '../../domain/field.js';
import { encodeCursor } from '../cursor.js';

/** Query parameters are text: a whole number among them is digits and nothing else. */
const DIGITS = /^\d{1,15}$/;

/** A whole number in a query. */
export function wholeNumber(minimum: number, maximum: number) {
  return z.preprocess(
    (text) => (typeof text === 'string' && DIGITS.test(text) ? Number(text) : text),
    z.int().min(minimum).max(maximum),
  );
}

export const limit = field(wholeNumber(1, 1000).default(100), {
  description:
    'At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more.',
  unit: '1',
  example: 100,
});

/** @param position an example of where a page of this list may end: a cursor is of one list */
export function cursorLike(position: readonly (string | number)[]) {
  return field(z.string().min(1).max(1024).optional(), {
    description: 'Where the page begins: `next_cursor` of the page before.',
    example: encodeCursor(position),
  });
}

/** Parameters that every list takes. @param position as for `cursorLike` */
export function listQuery(position: readonly (string | number)[]) {
  return z.object({ limit, cursor: cursorLike(position) });
}

export const cache = field(z.enum(CACHE_NAMES), {
  description: 'The stream of observations: `live`, `firedrill` or `test`. They never mix.',
  example: 'live',
});

export const cacheParameter = field(z.enum(CACHE_NAMES).default('live'), {
  description: 'The stream of observations: `live`, `firedrill` or `test`.',
  example: 'live',
});

/** `?cache=`, live by default. */
export const cacheQuery = z.object({ cache: cacheParameter });

export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** One page of a list. `name` names the component in the OpenAPI document: `TablePage` of `Table`. */
export function page<Item>(item: z.ZodType<Item>, name: string, description: string): z.ZodType<ListPage<Item>> {
  return z
    .object({
      items: z.array(item).meta({ description }),
      next_cursor: field(z.string().nullable(), {
        description: 'The cursor of the next page; null on the last.',
        example: 'WyIyMDMwLTAxLTAxIiw0Ml0',
      }),
    })
    .meta({ id: name, description: `One page: ${description}` });
}
