import { z } from 'zod';
import type { KeyView } from '../../administration/keys/repository.js';
import { field } from '../../domain/field.js';
import { text } from '../../domain/messages/parts.js';
import { type CsvColumn, listCell } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { Key, KeyPage, KeyRequest, NewKey } from '../schemas/administration.js';
import { listQuery } from '../schemas/list.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** The id of the last key of the page. */
const Position = z.tuple([text(1, 64)]);

const COLUMNS: readonly CsvColumn<KeyView>[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['role', ({ role }) => role],
  ['detectors', ({ detectors }) => listCell(detectors)],
  ['created_at', ({ created_at }) => created_at],
  ['created_by', ({ created_by }) => created_by],
  ['revoked_at', ({ revoked_at }) => revoked_at],
];

/** API keys. */
export const keyRoutes: Routes =
  ({ keys, reads: { detectors } }) =>
  async (app) => {
    app.post(
      '/v1/admin/keys',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'createKey',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Create a key',
          description: 'The key is shown only in this answer: the server stores its SHA-256.',
          body: KeyRequest,
          response: { 201: json(NewKey, 'The key.'), ...errors(...BODY_ERRORS, 422) },
        },
      },
      async (request, reply) => {
        const unknown = await detectors.unknown(request.body.detectors);
        if (unknown.length > 0) {
          const message = `unknown detectors: ${unknown.join(', ')}`;
          throw new ProblemError(422, message, [{ path: '/detectors', message }]);
        }
        const { key, record } = await keys.create(request.body, requireAdmin(request).id);
        return reply.code(201).send({ ...record, key });
      },
    );

    app.get(
      '/v1/admin/keys',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'listKeys',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'The keys there are',
          description: 'By id, revoked ones too. Also as CSV.',
          querystring: z.strictObject(listQuery(['k3x9q2m1']).shape),
          response: { 200: jsonOrCsv(KeyPage, 'Keys.'), ...errors(400, 401, 403, 503), ...NOT_ACCEPTABLE },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor } = request.query;
        const after = decodeCursor(cursor, Position)?.[0];
        const page = toPage(await keys.list({ limit, after }), (id) => [id]);
        return representPage(reply, mediaType, request.url, page, COLUMNS);
      },
    );

    app.delete(
      '/v1/admin/keys/:id',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'revokeKey',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Revoke a key',
          description:
            'A key is revoked for good: at once on this replica, and within seconds on others. To revoke it again changes nothing.',
          params: z.object({ id: field(text(1, 64), { description: 'The id of the key.', example: '4fz81qk0' }) }),
          response: { 200: json(Key, 'The revoked key.'), ...errors(400, 401, 403, 404, 503) },
        },
      },
      async (request) => {
        const revoked = await keys.revoke(request.params.id, requireAdmin(request).id);
        if (revoked === undefined) throw new ProblemError(404, `There is no key ${request.params.id} in the database.`);
        return revoked;
      },
    );
  };
