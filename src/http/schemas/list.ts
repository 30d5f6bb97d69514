import { z } from 'zod';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { field } from '../../domain/field.js';
import { encodeCursor } from '../cursor.js';

/** Query parameters are text: a whole number must be digits and nothing else. */
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
    'The maximum number of items: 1 to 1000, by default 100. A page of large items ends earlier, at about 2 MiB; `next_cursor` tells whether there are more.',
  unit: '1',
  example: 100,
});

/** @param position an example of the last key of a page of this list */
export function cursorLike(position: readonly (string | number)[]) {
  return field(z.string().min(1).max(1024).optional(), {
    description: 'The position at which the page begins: `next_cursor` of the previous page of the same list.',
    example: encodeCursor(position),
  });
}

/** Parameters of every list. @param position as for `cursorLike` */
export function listQuery(position: readonly (string | number)[]) {
  return z.object({ limit, cursor: cursorLike(position) });
}

export const cache = field(z.enum(CACHE_NAMES), {
  description: 'The cache: `live`, `firedrill` or `test`. Observations of different caches never coincide.',
  example: 'live',
});

export const cacheParameter = field(z.enum(CACHE_NAMES).default('live'), {
  description: 'The cache: `live`, `firedrill` or `test`.',
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
        description: 'The cursor of the next page; null on the last page.',
        example: 'WyIyMDMwLTAxLTAxIiw0Ml0',
      }),
    })
    .meta({ id: name, description: `One page: ${description}` });
}
