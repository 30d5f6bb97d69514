import { z } from 'zod';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import type { MuteAnswer } from '../../domain/views.js';
import type { AuditLogEntryView } from '../../reads/audit-log.js';
import { type CsvColumn, jsonCell } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage, sendJson } from '../representation.js';
import { AuditLogPage, MuteRequest } from '../schemas/administration.js';
import { MutedDetector } from '../schemas/answers.js';
import { listQuery } from '../schemas/list.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** The id of the last entry of the page. */
const Position = z.tuple([z.int().min(0)]);

const COLUMNS: readonly CsvColumn<AuditLogEntryView>[] = [
  ['id', ({ id }) => id],
  ['time_utc', ({ time_utc }) => time_utc],
  ['actor', ({ actor }) => actor],
  ['act', ({ act }) => act],
  ['detail', ({ detail }) => jsonCell(detail)],
];

const MUTING = {
  mute: {
    operationId: 'muteDetector',
    summary: 'Mute a detector',
    description:
      'Observations of a muted detector are stored and marked, but take part in no coincidence until it is unmuted.',
  },
  unmute: {
    operationId: 'unmuteDetector',
    summary: 'Unmute a detector',
    description: 'Its observations are put back into the sub-groups, in the order in which they were received.',
  },
} as const;

/** Mutes and unmutes detectors; the audit log. */
export const administration: Routes =
  ({ cacheService, reads: { auditLog, detectors } }) =>
  async (app) => {
    for (const kind of ['mute', 'unmute'] as const) {
      app.post(
        `/v1/admin/detectors/:name/${kind}`,
        {
          config: { access: 'admin' },
          schema: {
            ...MUTING[kind],
            security: ASKS_FOR_KEY,
            tags,
            params: z.object({ name: detectorName }),
            body: MuteRequest,
            response: { 200: json(MutedDetector, 'The result in each cache.'), ...errors(...BODY_ERRORS, 404) },
          },
        },
        async (request, reply) => {
          const { name } = request.params;
          if (!(await detectors.isKnown(name))) throw new ProblemError(404, `There is no detector ${name}.`);
          const { cache, reason } = request.body;
          const actor = requireAdmin(request).id;
          const answers: MuteAnswer[] = [];
          for (const one of cache ? [cache] : CACHE_NAMES) {
            answers.push(await cacheService.mute({ kind, cache: one, detectorName: name, reason, actor }));
          }
          return sendJson(reply, { detector_name: name, muted: kind === 'mute', caches: answers });
        },
      );
    }

    app.get(
      '/v1/admin/acts',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'listAdminActs',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Audit log',
          description: 'Who did what, and when; newest first. Also as CSV.',
          querystring: z.strictObject(listQuery([42]).shape),
          response: {
            200: jsonOrCsv(AuditLogPage, 'Entries of the audit log.'),
            ...errors(400, 401, 403, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor } = request.query;
        const after = decodeCursor(cursor, Position)?.[0];
        const page = toPage(await auditLog.list({ limit, after }), (id) => [id]);
        return representPage(reply, mediaType, request.url, page, COLUMNS);
      },
    );
  };
