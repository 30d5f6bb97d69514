import { z } from 'zod';
import { field } from '../../domain/field.js';

/** Problem details (RFC 9457): the body of every answer that isn't 2xx or 304. */
export const Problem = z
  .object({
    type: field(z.string(), {
      description: 'The type of the problem as a URI; `about:blank` if the status is sufficient.',
      example: 'about:blank',
    }),
    title: field(z.string(), { description: 'The status in words.', example: 'Bad Request' }),
    status: field(z.int(), { description: 'The HTTP status.', unit: '1', example: 400 }),
    detail: field(z.string(), {
      description: 'The error, and what to do about it.',
      example: 'The request does not fit its schema.',
    }),
    errors: field(
      z
        .array(
          z.object({
            path: field(z.string(), {
              description: 'The field of the request as a JSON pointer (RFC 6901).',
              example: '/neutrino_time_utc',
            }),
            message: field(z.string(), {
              description: 'The error in the field.',
              example: 'there is no 2030-02-30 in the calendar',
            }),
          }),
        )
        .optional(),
      {
        description: 'The invalid fields, if any.',
        example: [{ path: '/neutrino_time_utc', message: 'there is no 2030-02-30 in the calendar' }],
      },
    ),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });
export type Problem = z.output<typeof Problem>;

const MEANINGS = {
  400: 'The request cannot be parsed, or does not fit its schema.',
  401: 'The key is missing, unknown or revoked.',
  403: 'The role of the key does not permit this.',
  404: 'The resource does not exist.',
  409: 'The request conflicts with what is stored, for example another message with the same uuid.',
  413: 'The body is larger than 256 KiB.',
  414: 'A path parameter is too long.',
  415: 'The body is not application/json in UTF-8.',
  422: 'The request is well-formed, but was rejected; the detail gives the reason.',
  429: 'Too many requests with this key, or too many messages of this detector: see Retry-After.',
  500: 'An internal error; the log of the server has it under the x-request-id.',
  503: 'The database is not available, or the server is stopping: try again after Retry-After.',
} as const;
export type ErrorStatus = keyof typeof MEANINGS;

type ErrorResponses<Status extends ErrorStatus> = {
  readonly [S in Status]: {
    readonly description: string;
    readonly content: { readonly 'application/problem+json': { readonly schema: typeof Problem } };
  };
};

/** The error responses of an operation; every operation has 429 and 500. */
export function errors<Status extends ErrorStatus>(...statuses: Status[]): ErrorResponses<Status | 429 | 500> {
  const all = [...new Set<ErrorStatus>([...statuses, 429, 500])].sort((a, b) => a - b);
  return Object.fromEntries(
    all.map((status) => [
      status,
      { description: MEANINGS[status], content: { 'application/problem+json': { schema: Problem } } },
    ]),
  ) as unknown as ErrorResponses<Status | 429 | 500>;
}

/** The errors of every operation that reads a JSON body. */
export const BODY_ERRORS = [400, 401, 403, 413, 415, 503] as const;
