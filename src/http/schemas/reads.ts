import { z } from 'zod';
import { field } from '../../domain/field.js';
import { text, utcTime } from '../../domain/messages/parts.js';
import { wholeNumber } from './list.js';
import { MAXIMUM_INT4 } from './parts.js';
import { Problem } from './problem.js';

/**
 * Query parameters of reads. The queries are strict objects: a misspelt filter would otherwise be ignored and the answer
 * would contain more than was asked for.
 */
const EXAMPLE_TIME = '2030-01-01T12:34:45.678999123Z';

export function from(of: string, example = EXAMPLE_TIME) {
  return field(utcTime.optional(), { description: `${of}, at the earliest.`, unit: 'UTC', example });
}

export function to(of: string, example = EXAMPLE_TIME) {
  return field(utcTime.optional(), { description: `${of}, at the latest.`, unit: 'UTC', example });
}

export const order = field(z.enum(['asc', 'desc']).default('asc'), {
  description: '`asc`: oldest first; `desc`: newest first. A cursor is valid only for the order in which it was made.',
  example: 'desc',
});

export const detectorName = field(text(1, 64), {
  description: 'The name of a detector, as in GET /v1/detectors.',
  example: 'Super-K',
});

export const eventId = field(text(1, 64), {
  description: 'The id of an event, an astrophysical candidate.',
  example: 'SN-20300101-1',
});

/** For the OpenAPI document: the access `read` and `live-alerts`. */
export const ASKS_FOR_KEY = [{ key: [] }];
export const OPEN_FOR_LIVE = [{}, { key: [] }];

export const subGroupNumber = field(wholeNumber(0, MAXIMUM_INT4), {
  description: 'The number of an open sub-group.',
  unit: '1',
  example: 0,
});

/** A response that is also offered as CSV. */
export function jsonOrCsv<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    description,
    content: {
      'application/json': { schema },
      'text/csv': {
        schema: z.string().meta({
          description:
            'With a header line. Text that a spreadsheet would take for a formula is prefixed with an apostrophe.',
        }),
      },
    },
  } as const;
}

/** The response to a client that accepts neither JSON nor CSV. */
export const NOT_ACCEPTABLE = {
  406: {
    description: 'The client accepts neither application/json nor text/csv.',
    content: { 'application/problem+json': { schema: Problem } },
  },
} as const;
