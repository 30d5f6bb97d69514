import { z } from 'zod';
import { field } from '../../domain/field.js';
import { text, utcTime } from '../../domain/messages/parts.js';
import { wholeNumber } from './list.js';
import { Problem } from './problem.js';

/**
 * Query parameters of reads. The queries are strict objects: a parameter that is misspelt would otherwise widen a
 * filter without a word.
 */
const EXAMPLE_TIME = '2030-01-01T12:34:45.678999123Z';

export function from(of: string, example = EXAMPLE_TIME) {
  return field(utcTime.optional(), { description: `${of}, at the earliest.`, unit: 'UTC', example });
}

export function to(of: string, example = EXAMPLE_TIME) {
  return field(utcTime.optional(), { description: `${of}, at the latest.`, unit: 'UTC', example });
}

export const order = field(z.enum(['asc', 'desc']).default('asc'), {
  description: '`asc`: the oldest first; `desc`: the newest. A cursor goes with the order it was made in.',
  example: 'desc',
});

export const detectorName = field(text(1, 64), {
  description: 'A detector, by the name it has in GET /v1/detectors.',
  example: 'Super-K',
});

export const eventId = field(text(1, 64), {
  description: 'An astrophysical candidate, by its id.',
  example: 'SN-20300101-1',
});

/** For the OpenAPI document: what the access `read` and `live-alerts` mean. */
export const ASKS_FOR_KEY = [{ key: [] }];
export const OPEN_FOR_LIVE = [{}, { key: [] }];

/** PostgreSQL's integer. */
export const MAXIMUM_INT4 = 2 ** 31 - 1;

export const subGroupNumber = field(wholeNumber(0, MAXIMUM_INT4), {
  description: 'Number of an open sub-group.',
  unit: '1',
  example: 0,
});

/** A response that can also be had as CSV. */
export function jsonOrCsv<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    description,
    content: {
      'application/json': { schema },
      'text/csv': {
        schema: z
          .string()
          .meta({ description: 'With a header line; text that begins like a formula has an apostrophe before it.' }),
      },
    },
  } as const;
}

/** What a client gets that accepts neither JSON nor CSV. */
export const NOT_ACCEPTABLE = {
  406: {
    description: 'Neither application/json nor text/csv is acceptable to the client.',
    content: { 'application/problem+json': { schema: Problem } },
  },
} as const;
