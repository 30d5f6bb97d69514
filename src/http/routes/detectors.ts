import { z } from 'zod';
import { text } from '../../domain/messages/parts.js';
import type { DetectorView } from '../../reads/detectors.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { Detector } from '../schemas/detectors.js';
import { listQuery, page } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';

/** The name of the last detector of the page. */
const Position = z.tuple([text(1, 64)]);

const COLUMNS: readonly CsvColumn<DetectorView>[] = [
  ['name', (detector) => detector.name],
  ['id', (detector) => detector.id],
  ['full_name', (detector) => detector.full_name],
  ['type', (detector) => detector.type],
  ['site', (detector) => detector.site],
  ['latitude', (detector) => detector.latitude],
  ['longitude', (detector) => detector.longitude],
  ['last_message_at', (detector) => detector.last_message_at],
  ['last_heartbeat_received_time_utc', (detector) => detector.last_heartbeat?.received_time_utc ?? null],
  ['last_heartbeat_detector_status', (detector) => detector.last_heartbeat?.detector_status ?? null],
  ['status', (detector) => detector.status],
  ['last_heartbeat_sent_time_utc', (detector) => detector.last_heartbeat?.sent_time_utc ?? null],
  ['last_heartbeat_latency_s', (detector) => detector.last_heartbeat?.latency_s ?? null],
  ['usual_interval_mean_s', (detector) => detector.usual_interval?.mean_s ?? null],
  ['usual_interval_sigma_s', (detector) => detector.usual_interval?.sigma_s ?? null],
  ['heartbeat_expected_by', (detector) => detector.heartbeat_expected_by],
];

export const detectors: Routes =
  ({ reads: { detectors: known } }) =>
  async (app) => {
    app.get(
      '/v1/detectors',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'listDetectors',
          security: ASKS_FOR_KEY,
          tags: ['detectors'],
          summary: 'Detectors of the network',
          description: 'In order of their names. Also as CSV.',
          querystring: z.strictObject(listQuery(['JUNO']).shape),
          response: {
            200: jsonOrCsv(page(Detector, 'DetectorPage', 'Detectors in order of their names.'), 'Detectors.'),
            ...errors(400, 401, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const mediaType = negotiate(request.headers.accept);
        const after = decodeCursor(query.cursor, Position)?.[0];
        const body = toPage(await known.list({ limit: query.limit, after }), (name) => [name]);
        return representPage(reply, mediaType, request.url, body, COLUMNS);
      },
    );

    app.get(
      '/v1/detectors/:name',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getDetector',
          security: ASKS_FOR_KEY,
          tags: ['detectors'],
          summary: 'One detector',
          description: 'A detector and the state of its heartbeats.',
          params: z.object({ name: detectorName }),
          querystring: z.strictObject({}),
          response: { 200: Detector, ...errors(400, 401, 404, 503) },
        },
      },
      async (request) => {
        const detector = await known.byName(request.params.name);
        if (detector === null) throw new ProblemError(404, `There is no detector ${request.params.name}.`);
        return detector;
      },
    );
  };
