import { z } from 'zod';
import { field } from '../../domain/field.js';
import { uuid } from '../../domain/messages/parts.js';
import { OBSERVATION_STATES, type ObservationView } from '../../domain/views.js';
import { type CsvColumn, jsonCell } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { cacheQuery, listQuery, page } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName, from, jsonOrCsv, NOT_ACCEPTABLE, order, to } from '../schemas/reads.js';
import { Observation } from '../schemas/views.js';

/** The command of the last observation of the page; negative for imported ones (see cache/history/import.ts). */
const Position = z.tuple([z.int()]);

const COLUMNS: readonly CsvColumn<ObservationView>[] = [
  ['uuid', (observation) => observation.uuid],
  ['id', (observation) => observation.id],
  ['cache', (observation) => observation.cache],
  ['detector_name', (observation) => observation.detector_name],
  ['neutrino_time_utc', (observation) => observation.neutrino_time_utc],
  ['received_time_utc', (observation) => observation.received_time_utc],
  ['machine_time_utc', (observation) => observation.machine_time_utc],
  ['sent_time_utc', (observation) => observation.sent_time_utc],
  ['p_val', (observation) => observation.p_val],
  ['is_pre_sn', (observation) => observation.is_pre_sn],
  ['state', (observation) => observation.state],
  ['meta', (observation) => jsonCell(observation.meta)],
  ['schema_version', (observation) => observation.schema_version],
];

export const observationReads: Routes =
  ({ reads: { observations } }) =>
  async (app) => {
    app.get(
      '/v1/observations',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'listObservations',
          security: ASKS_FOR_KEY,
          tags: ['observations'],
          summary: 'Observations of a cache',
          description: 'In the order of receipt. Also as CSV.',
          querystring: z.strictObject({
            ...cacheQuery.shape,
            detector_name: detectorName.optional(),
            state: field(z.enum(OBSERVATION_STATES).optional(), {
              description:
                '`active`: in the sub-groups. `muted`, `retracted`, `expired`, `reset`: not in the sub-groups.',
              example: 'active',
            }),
            from: from('The neutrino time'),
            to: to('The neutrino time'),
            order,
            ...listQuery([42]).shape,
          }),
          response: {
            200: jsonOrCsv(page(Observation, 'ObservationPage', 'Observations in order of receipt.'), 'Observations.'),
            ...errors(400, 401, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const mediaType = negotiate(request.headers.accept);
        const read = await observations.list(
          { cache: query.cache, detectorName: query.detector_name, state: query.state, from: query.from, to: query.to },
          {
            limit: query.limit,
            after: decodeCursor(query.cursor, Position)?.[0],
            descending: query.order === 'desc',
          },
        );
        const body = toPage(read, (command) => [command]);
        return representPage(reply, mediaType, request.url, body, COLUMNS);
      },
    );

    app.get(
      '/v1/observations/:uuid',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getObservation',
          security: ASKS_FOR_KEY,
          tags: ['observations'],
          summary: 'One observation',
          description: 'An observation of any cache and in any state.',
          params: z.object({
            uuid: field(uuid, {
              description: 'The uuid of the observation.',
              example: '9ccdc218-2552-4e33-b023-04308a21bd20',
            }),
          }),
          querystring: z.strictObject({}),
          response: { 200: Observation, ...errors(400, 401, 404, 503) },
        },
      },
      async (request) => {
        const observation = await observations.byUuid(request.params.uuid);
        if (observation === null) throw new ProblemError(404, `There is no observation ${request.params.uuid}.`);
        return observation;
      },
    );
  };
