import { z } from 'zod';
import { field } from '../../domain/field.js';
import { type Instant, toPosixMilliseconds } from '../../domain/time.js';
import { INTERVAL_MINUTES, type Interval, RATES_KEPT_DAYS } from '../../reads/observation-rates.js';
import type { CsvColumn } from '../csv.js';
import type { Routes } from '../dependencies.js';
import { ProblemError } from '../problem.js';
import { negotiate, represent } from '../representation.js';
import { cacheQuery } from '../schemas/list.js';
import { ObservationRates } from '../schemas/observation-rates.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, from, jsonOrCsv, NOT_ACCEPTABLE, to } from '../schemas/reads.js';

const DAY_MILLISECONDS = 86_400_000;
const USUAL_DAYS = 7;

/** A line of the CSV. */
type Line = { readonly time_utc: string; readonly detector_name: string; readonly observations: number };

const COLUMNS: readonly CsvColumn<Line>[] = [
  ['time_utc', ({ time_utc }) => time_utc],
  ['detector_name', ({ detector_name }) => detector_name],
  ['observations', ({ observations }) => observations],
];

export const observationRates: Routes =
  ({ reads: { observationRates: rates } }) =>
  async (app) => {
    app.get(
      '/v1/observation-rates',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getObservationRates',
          security: ASKS_FOR_KEY,
          tags: ['observations'],
          summary: 'Observation rates',
          description: `The number of accepted observations per detector and hour or day of receipt, by default of the last ${USUAL_DAYS} days; ${RATES_KEPT_DAYS} days are stored. Also as CSV, with one line per detector and interval.`,
          querystring: z.strictObject({
            ...cacheQuery.shape,
            // Examples in the past: by default the period ends now.
            from: from('The time of receipt', '2026-11-01T00:00:00.000000000Z'),
            to: to('The time of receipt', '2026-11-08T00:00:00.000000000Z'),
            by: field(z.enum(Object.keys(INTERVAL_MINUTES) as [Interval, ...Interval[]]).default('hour'), {
              description: 'The intervals: they begin on the full hour, or at midnight UTC.',
              example: 'hour',
            }),
          }),
          response: {
            200: jsonOrCsv(ObservationRates, 'Counts.'),
            ...errors(400, 401, 422, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const mediaType = negotiate(request.headers.accept);
        const [first, last] = periodOf(query.from, query.to);
        const view = await rates.read(query.cache, query.by, first, last);
        const lines = view.detectors.flatMap(({ detector_name, observations }) =>
          observations.map((count, i) => ({ time_utc: view.times[i] ?? '', detector_name, observations: count })),
        );
        return represent(reply, mediaType, view, lines, COLUMNS);
      },
    );
  };

/** In POSIX milliseconds. @throws ProblemError 422 if the period is empty, or longer than what is stored */
function periodOf(begin: Instant | undefined, end: Instant | undefined): readonly [first: number, last: number] {
  const last = end === undefined ? Date.now() : toPosixMilliseconds(end);
  const first = begin === undefined ? last - USUAL_DAYS * DAY_MILLISECONDS : toPosixMilliseconds(begin);
  if (first > last) throw rejection('`from` is after `to`');
  if (last - first > RATES_KEPT_DAYS * DAY_MILLISECONDS)
    throw rejection(`the period is longer than the ${RATES_KEPT_DAYS} days that are stored`);
  return [first, last];
}

function rejection(message: string): ProblemError {
  return new ProblemError(422, `${message}.`, [{ path: '/from', message }]);
}
