import { z } from 'zod';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { field } from '../../domain/field.js';
import type { ArchivedMessageRecord, ArchivePosition } from '../../reads/messages.js';
import { type CsvColumn, jsonCell } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { negotiate, representPage } from '../representation.js';
import { ArchivedMessagePage } from '../schemas/archive.js';
import { listQuery } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';

const Position: z.ZodType<ArchivePosition> = z.tuple([z.int().min(0), z.guid()]);

const cache = field(z.enum(CACHE_NAMES).optional(), {
  description: 'Only messages of this cache; by default of all caches.',
  example: 'live',
});
const query = z.strictObject({
  ...listQuery([1893501285678, '9ccdc218-2552-4e33-b023-04308a21bd20']).shape,
  cache,
  detector_name: detectorName.optional(),
});

const COLUMNS: readonly CsvColumn<ArchivedMessageRecord>[] = [
  ['uuid', ({ uuid }) => uuid],
  ['cache', ({ cache }) => cache],
  ['detector_name', ({ detector_name }) => detector_name],
  ['received_time_utc', ({ received_time_utc }) => received_time_utc],
  ['message', ({ message }) => jsonCell(message)],
];

const SERIES = [
  { path: '/v1/timing-series', tier: 'TimingTier', operationId: 'listTimingSeries', what: 'timing series' },
  {
    path: '/v1/significance-series',
    tier: 'SignificanceTier',
    operationId: 'listSignificanceSeries',
    what: 'significance series',
  },
] as const;

/** Messages that are stored and take part in no coincidence. */
export const archive: Routes =
  ({ reads: { archivedMessages } }) =>
  async (app) => {
    for (const { path, tier, operationId, what } of SERIES) {
      app.get(
        path,
        {
          config: { access: 'read' },
          schema: {
            operationId,
            security: ASKS_FOR_KEY,
            tags: ['messages'],
            summary: `Received ${what}`,
            description: `${tier} messages as they were received, newest first. Also as CSV.`,
            querystring: query,
            response: { 200: jsonOrCsv(ArchivedMessagePage, 'Messages.'), ...errors(400, 401, 503), ...NOT_ACCEPTABLE },
          },
        },
        async (request, reply) => {
          const mediaType = negotiate(request.headers.accept);
          const { limit, cursor, cache, detector_name: detectorName } = request.query;
          const after = decodeCursor(cursor, Position);
          const page = toPage(
            await archivedMessages.list({ tier, cache, detectorName }, { limit, after }),
            (key) => key,
          );
          return representPage(reply, mediaType, request.url, page, COLUMNS);
        },
      );
    }
  };
