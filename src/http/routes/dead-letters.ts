import { z } from 'zod';
import type { DeadLetterView } from '../../reads/dead-letters.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { DeadLetterPage, Replayed } from '../schemas/dead-letters.js';
import { listQuery } from '../schemas/list.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** The id of the last dead letter of the page. */
const Position = z.tuple([z.int().min(0)]);

const COLUMNS: readonly CsvColumn<DeadLetterView>[] = [
  ['id', ({ id }) => id],
  ['topic', ({ topic }) => topic],
  ['partition', ({ partition }) => partition],
  ['offset', ({ offset }) => offset],
  ['received_time_utc', ({ received_time_utc }) => received_time_utc],
  ['reason', ({ reason }) => reason],
  ['detail', ({ detail }) => detail],
  ['excerpt', ({ excerpt }) => excerpt],
  ['created_at', ({ created_at }) => created_at],
  ['replayed_at', ({ replayed_at }) => replayed_at],
];

/** Kafka records that were rejected. */
export const deadLetters: Routes =
  ({ reads: { deadLetters: letters }, retryDeadLetter }) =>
  async (app) => {
    app.get(
      '/v1/admin/dead-letters',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'listDeadLetters',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Dead letters',
          description: 'Kafka records that were rejected, with the reason; newest first. Also as CSV.',
          querystring: z.strictObject(listQuery([42]).shape),
          response: {
            200: jsonOrCsv(DeadLetterPage, 'Dead letters.'),
            ...errors(400, 401, 403, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor } = request.query;
        const after = decodeCursor(cursor, Position)?.[0];
        const page = toPage(await letters.list({ limit, after }), (id) => [id]);
        return representPage(reply, mediaType, request.url, page, COLUMNS);
      },
    );

    app.post(
      '/v1/admin/dead-letters/:id/replay',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'replayDeadLetter',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Retry a dead letter',
          description:
            'Processes the record again, for example after a bug was fixed, with its original time and uuid. A record that was processed before changes nothing.',
          params: z.object({
            id: z.coerce.number().int().min(1).meta({ description: 'The number of the dead letter.', example: 17 }),
          }),
          response: { 200: json(Replayed, 'The record was processed.'), ...errors(...BODY_ERRORS, 404, 409, 422) },
        },
      },
      async (request) => {
        const { id } = request.params;
        const answer = await retryDeadLetter(id);
        if (answer === undefined)
          throw new ProblemError(404, `There is no dead letter ${id}, or Kafka is not configured.`);
        if (answer.kind === 'rejected')
          throw new ProblemError(422, `The record was rejected again: ${answer.error.detail}`);
        return { id };
      },
    );
  };
