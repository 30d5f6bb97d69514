import { z } from 'zod';
import type { ShadowAlertView, ShadowDifferenceView } from '../../domain/views.js';
import { type CsvColumn, listCell } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { negotiate, representPage } from '../representation.js';
import { cache, listQuery } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { json } from '../schemas/response.js';
import { Shadow, ShadowDifferencePage, shadowDifferenceKind } from '../schemas/shadow.js';

const tags = ['shadow'];

/** The id of the last difference of the page. */
const Position = z.tuple([z.int().min(0)]);

const COLUMNS: readonly CsvColumn<ShadowDifferenceView>[] = [
  ['id', ({ id }) => id],
  ['cache', ({ cache }) => cache],
  ['command', ({ command }) => command],
  ['message_uuid', ({ message_uuid }) => message_uuid],
  ['message_kind', ({ message_kind }) => message_kind],
  ['detector_name', ({ detector_name }) => detector_name],
  ['received_time_utc', ({ received_time_utc }) => received_time_utc],
  ['kind', ({ kind }) => kind],
  ['main_alerts', ({ main_alerts }) => alertsCell(main_alerts)],
  ['shadow_alerts', ({ shadow_alerts }) => alertsCell(shadow_alerts)],
  ['event_ids', ({ event_ids }) => listCell(event_ids)],
  ['fault', ({ fault }) => fault],
  ['compared_at', ({ compared_at }) => compared_at],
];

/** `COINC_MSG JUNO,DUNE;UPDATE JUNO,IceCube` */
function alertsCell(alerts: readonly ShadowAlertView[]): string {
  return listCell(alerts.map(({ alert_type, detector_names }) => `${alert_type} ${detector_names.join()}`));
}

/** The comparison with the shadow engine. */
export const shadowRoutes: Routes =
  ({ reads: { shadow } }) =>
  async (app) => {
    app.get(
      '/v1/shadow',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getShadow',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'State of the shadow engine',
          description:
            'The shadow engine (`SHADOW_ENGINE`) processes the same messages as the main engine and sends nothing. Its alerts are compared with those of the main engine, command by command.',
          querystring: z.strictObject({}),
          response: { 200: json(Shadow, 'The comparison of each cache.'), ...errors(400, 401, 403, 503) },
        },
      },
      async () => shadow.summary(),
    );

    app.get(
      '/v1/shadow/differences',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'listShadowDifferences',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Differences of the shadow engine',
          description: 'Commands after which the alerts of the two engines differ, newest first. Also as CSV.',
          querystring: z.strictObject({
            cache: cache.optional(),
            kind: shadowDifferenceKind.optional(),
            ...listQuery([42]).shape,
          }),
          response: {
            200: jsonOrCsv(ShadowDifferencePage, 'Differences.'),
            ...errors(400, 401, 403, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor, cache, kind } = request.query;
        const after = decodeCursor(cursor, Position)?.[0];
        const read = await shadow.differences({ cache, kind }, { limit, after });
        return representPage(
          reply,
          mediaType,
          request.url,
          toPage(read, (id) => [id]),
          COLUMNS,
        );
      },
    );
  };
