import { z } from 'zod';
import { field } from '../../domain/field.js';

/** Problem details (RFC 9457): the body of every answer that isn't 2xx or 304. */
export const Problem = z
  .object({
    type: field(z.string(), {
      description: 'What kind of problem this is, as a URI; `about:blank` if the status says it all.',
      example: 'about:blank',
    }),
    title: field(z.string(), { description: 'The status in words.', example: 'Bad Request' }),
    status: field(z.int(), { description: 'The HTTP status.', unit: '1', example: 400 }),
    detail: field(z.string(), {
      description: 'What went wrong this time, and what to do about it.',
      example: 'The request does not fit its schema.',
    }),
    errors: field(
      z
        .array(
          z.object({
            path: field(z.string(), {
              description: 'Where in the request the field stands, as a JSON pointer (RFC 6901).',
              example: '/neutrino_time_utc',
            }),
            message: field(z.string(), {
              description: 'What is wrong with it.',
              example: 'there is no 2030-02-30 in the calendar',
            }),
          }),
        )
        .optional(),
      {
        description: 'The fields at fault, where fields are.',
        example: [{ path: '/neutrino_time_utc', message: 'there is no 2030-02-30 in the calendar' }],
      },
    ),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });
export type Problem = z.output<typeof Problem>;

const MEANINGS = {
  400: 'The request cannot be parsed, or does not fit its schema.',
  401: 'No key, or an unknown or revoked one.',
  403: 'The key is not for this.',
  404: 'There is no such thing.',
  409: 'The uuid is known with other content.',
  413: 'The body is larger than the server takes.',
  414: 'A part of the path is longer than any name or id.',
  415: 'The body is not application/json in UTF-8.',
  422: 'Well-formed, but refused: the detail says why.',
  429: 'Too many requests of this key, or messages of this detector: see Retry-After.',
  500: 'A fault of the server; it is in its log under the x-request-id.',
  503: 'The database is away, or the server is stopping: try again after Retry-After.',
} as const;
export type ErrorStatus = keyof typeof MEANINGS;

type ErrorResponses<Status extends ErrorStatus> = {
  readonly [S in Status]: {
    readonly description: string;
    readonly content: { readonly 'application/problem+json': { readonly schema: typeof Problem } };
  };
};

/** The error responses of an operation; 429 and 500 belong to every one. */
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
