import { z } from 'zod';
import { field } from '../../domain/field.js';
import { uuid } from '../../domain/messages/parts.js';
import type { DeliveryRecordView } from '../../domain/views.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { DeliveryPage, DeliveryRecord, deliveryState, sinkName } from '../schemas/deliveries.js';
import { listQuery } from '../schemas/list.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** The id of the last delivery of the page. */
const Position = z.tuple([z.int().min(0)]);

const COLUMNS: readonly CsvColumn<DeliveryRecordView>[] = [
  ['id', ({ id }) => id],
  ['sink', ({ sink }) => sink],
  ['alert_id', ({ alert_id }) => alert_id],
  ['event_id', ({ event_id }) => event_id],
  ['state', ({ state }) => state],
  ['tries', ({ tries }) => tries],
  ['last_error', ({ last_error }) => last_error],
  ['next_try_at', ({ next_try_at }) => next_try_at],
  ['delivered_at', ({ delivered_at }) => delivered_at],
  ['created_at', ({ created_at }) => created_at],
  ['gives_up_at', ({ gives_up_at }) => gives_up_at],
];

/** Deliveries of alerts to people. */
export const deliveryRoutes: Routes =
  ({ reads: { deliveries }, resendDelivery }) =>
  async (app) => {
    app.get(
      '/v1/admin/deliveries',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'listDeliveries',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Deliveries of alerts',
          description: 'By e-mail, Slack and GCN; newest first. Also as CSV.',
          querystring: z.strictObject({
            sink: sinkName.optional(),
            state: deliveryState.optional(),
            alert_id: field(uuid.optional(), {
              description: 'Only deliveries of the alert with this id.',
              example: '2c1de3f0-a7b4-5c0c-8a52-5f6dd0b17cf5',
            }),
            ...listQuery([42]).shape,
          }),
          response: { 200: jsonOrCsv(DeliveryPage, 'Deliveries.'), ...errors(400, 401, 403, 503), ...NOT_ACCEPTABLE },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor, sink, state, alert_id: alertId } = request.query;
        const after = decodeCursor(cursor, Position)?.[0];
        const read = await deliveries.list({ sink, state, alertId }, { limit, after });
        return representPage(
          reply,
          mediaType,
          request.url,
          toPage(read, (id) => [id]),
          COLUMNS,
        );
      },
    );

    app.post(
      '/v1/admin/deliveries/:id/resend',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'resendDelivery',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Send an alert again',
          description:
            'Makes a delivery due now, for another 24 h. A delivered alert is sent again to all recipients, with the same ids; a failed one to those who have not received it.',
          params: z.object({
            id: z.coerce
              .number()
              .int()
              .min(1)
              .max(Number.MAX_SAFE_INTEGER)
              .meta({ description: 'The number of the delivery.', example: 42 }),
          }),
          response: { 200: json(DeliveryRecord, 'The delivery is due.'), ...errors(...BODY_ERRORS, 404, 409) },
        },
      },
      async (request) => {
        const { id } = request.params;
        const resend = await resendDelivery(id, requireAdmin(request).id);
        switch (resend.kind) {
          case 'due':
            return resend.delivery;
          case 'unknown':
            throw new ProblemError(404, `There is no delivery ${id}.`);
          case 'sending':
            throw new ProblemError(409, 'The delivery is being sent at present.');
          case 'unconfigured':
            throw new ProblemError(409, 'The destination is not configured any more.');
        }
      },
    );
  };
