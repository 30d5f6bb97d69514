import { z } from 'zod';
import { field } from '../../domain/field.js';
import { uuid } from '../../domain/messages/parts.js';
import type { ResetView } from '../../domain/views.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { requireAdmin } from '../plugins/access.js';
import { negotiate, representPage } from '../representation.js';
import { ResetRequest } from '../schemas/administration.js';
import { ResetDone } from '../schemas/answers.js';
import { cache, listQuery } from '../schemas/list.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { Reset, ResetPage } from '../schemas/resets.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** The time and the id of the last reset of the page. */
const Position = z.tuple([z.iso.datetime(), uuid]);

const COLUMNS: readonly CsvColumn<ResetView>[] = [
  ['id', ({ id }) => id],
  ['cache', (reset) => reset.cache],
  ['time_utc', ({ time_utc }) => time_utc],
  ['actor', ({ actor }) => actor],
  ['reason', ({ reason }) => reason],
  ['dropped', ({ dropped }) => dropped],
  ['undo_until', ({ undo_until }) => undo_until],
  ['undone_by', ({ undo }) => undo?.actor ?? null],
  ['undone_at', ({ undo }) => undo?.done_at ?? null],
  ['restored', ({ undo }) => undo?.restored ?? null],
];

/** The list of the resets. */
export const resetReads: Routes =
  ({ reads: { resets } }) =>
  async (app) => {
    app.get(
      '/v1/admin/resets',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'listResets',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Resets of the caches',
          description: 'Resets by REST and by Kafka, newest first. Also as CSV.',
          querystring: z.strictObject({
            cache: cache.optional().meta({ description: 'Only resets of this cache.', example: 'live' }),
            ...listQuery(['2030-01-01T12:00:00.000Z', '9ccdc218-2552-4e33-b023-04308a21bd20']).shape,
          }),
          response: { 200: jsonOrCsv(ResetPage, 'Resets.'), ...errors(400, 401, 403, 503), ...NOT_ACCEPTABLE },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor } = request.query;
        const after = decodeCursor(cursor, Position);
        const page = toPage(await resets.list(request.query.cache, { limit, after }), (key) => key);
        return representPage(reply, mediaType, request.url, page, COLUMNS);
      },
    );
  };

/** Resets a cache, and undoes a reset. */
export const resets: Routes =
  ({ cacheService }) =>
  async (app) => {
    app.post(
      '/v1/admin/reset',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'resetCache',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Reset a cache',
          description:
            'Drops all observations of a cache. No alert is sent. The numbers of sub-groups begin again at 0. A reset can be undone for 24 h. Administrators are notified of a reset of the live cache.',
          body: ResetRequest,
          response: { 200: json(ResetDone, 'The cache is reset.'), ...errors(...BODY_ERRORS) },
        },
      },
      async (request) => cacheService.reset({ kind: 'reset', ...request.body, actor: requireAdmin(request).id }),
    );

    app.post(
      '/v1/admin/resets/:id/undo',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'undoReset',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Undo a reset',
          description:
            'Within 24 h of a reset, restores the observations that it dropped, in order of receipt. They cause alerts like new observations. Observations that have expired or were retracted since are not restored; those of muted detectors are restored as muted. To undo a reset twice changes nothing. Many observations are restored in portions: while `undo.done_at` is null, the server continues by itself.',
          params: z.object({
            id: field(uuid, { description: 'The id of the reset.', example: '9ccdc218-2552-4e33-b023-04308a21bd20' }),
          }),
          response: {
            200: json(Reset, 'The reset is undone, or the undo is under way.'),
            ...errors(...BODY_ERRORS, 404, 409),
          },
        },
      },
      async (request) => cacheService.undoReset({ reset: request.params.id, actor: requireAdmin(request).id }),
    );
  };
