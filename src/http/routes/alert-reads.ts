import { z } from 'zod';
import { field } from '../../domain/field.js';
import { uuid } from '../../domain/messages/parts.js';
import type { AlertView } from '../../domain/views.js';
import { type CsvColumn, listCell } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { requirePrincipal } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { AlertWithDeliveries } from '../schemas/alerts.js';
import { cacheQuery, listQuery, page } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { eventId, from, jsonOrCsv, NOT_ACCEPTABLE, OPEN_FOR_LIVE, order, to } from '../schemas/reads.js';

/** The sequence of the last alert of the page. */
const Position = z.tuple([z.int().nonnegative()]);

const COLUMNS: readonly CsvColumn<AlertView>[] = [
  ['id', (alert) => alert.id],
  ['sequence', (alert) => alert.sequence],
  ['cache', (alert) => alert.cache],
  ['alert_type', (alert) => alert.alert_type],
  ['sub_group', (alert) => alert.sub_group],
  ['event_id', (alert) => alert.event_id],
  ['pre_sn', (alert) => alert.pre_sn],
  ['detector_names', (alert) => listCell(alert.detector_names)],
  ['neutrino_times', (alert) => listCell(alert.neutrino_times)],
  ['p_values', (alert) => listCell(alert.p_values)],
  ['p_values_average', (alert) => alert.p_values_average],
  ['false_alarm_rate_hz', (alert) => alert.false_alarm?.rate_hz ?? null],
  ['mean_years_between', (alert) => alert.false_alarm?.mean_years_between ?? null],
  ['server_tag', (alert) => alert.server_tag],
  ['sent_time_utc', (alert) => alert.sent_time_utc],
  ['measured_false_alarm_rate_hz', (alert) => alert.false_alarm?.measured?.rate_hz ?? null],
];

export const alertReads: Routes =
  ({ reads: { alerts, deliveries }, settings }) =>
  async (app) => {
    const { publicReads } = settings;

    /** Callers without a key get the alerts of the live cache, without deliveries. */
    async function withDeliveries(read: readonly AlertView[], isKnown: boolean): Promise<AlertWithDeliveries[]> {
      if (!isKnown && !publicReads) return [...read];
      const of = await deliveries.of(read);
      return read.map((alert) => ({ ...alert, deliveries: of(alert) }));
    }

    app.get(
      '/v1/alerts',
      {
        config: { access: 'live-alerts' },
        schema: {
          operationId: 'listAlerts',
          security: OPEN_FOR_LIVE,
          tags: ['alerts'],
          summary: 'Alerts of a cache',
          description:
            'In the order in which they were sent. Also as CSV, without the payload; the items of a list are in one cell, separated by semicolons. Alerts of the live cache need no key.',
          querystring: z.strictObject({
            ...cacheQuery.shape,
            event_id: eventId.optional(),
            from: from('The time it was sent'),
            to: to('The time it was sent'),
            order,
            ...listQuery([42]).shape,
          }),
          response: {
            200: jsonOrCsv(
              page(AlertWithDeliveries, 'AlertPage', 'Alerts in the order in which they were sent.'),
              'Alerts.',
            ),
            ...errors(400, 401, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const mediaType = negotiate(request.headers.accept);
        const read = await alerts.list(
          { cache: query.cache, eventId: query.event_id, from: query.from, to: query.to },
          {
            limit: query.limit,
            after: decodeCursor(query.cursor, Position)?.[0],
            descending: query.order === 'desc',
          },
        );
        const shown = {
          ...read,
          items: await withDeliveries(read.items, request.principal !== undefined),
        };
        const body = toPage(shown, (sequence) => [sequence]);
        return representPage(reply, mediaType, request.url, body, COLUMNS);
      },
    );

    app.get(
      '/v1/alerts/:id',
      {
        config: { access: 'live-alerts' },
        schema: {
          operationId: 'getAlert',
          security: OPEN_FOR_LIVE,
          tags: ['alerts'],
          summary: 'One alert',
          description: 'An alert of the live cache needs no key.',
          params: z.object({
            id: field(uuid, { description: 'The id of the alert.', example: '2c1de3f0-a7b4-5c0c-8a52-5f6dd0b17cf5' }),
          }),
          querystring: z.strictObject({}),
          response: { 200: AlertWithDeliveries, ...errors(400, 401, 404, 503) },
        },
      },
      async (request) => {
        const alert = await alerts.byId(request.params.id);
        if (alert === null) throw new ProblemError(404, `There is no alert ${request.params.id}.`);
        if (alert.cache !== 'live' && !publicReads) requirePrincipal(request);
        const [shown] = await withDeliveries([alert], request.principal !== undefined);
        return shown;
      },
    );
  };
