import { z } from 'zod';
import { field } from '../../domain/field.js';
import { DELIVERY_STATES, DESTINATIONS, type DeliveryRecordView, type DeliveryView } from '../../domain/views.js';
import { page } from './list.js';
import { utc, utcOrNull } from './parts.js';
import { eventId } from './reads.js';
import { uuid } from './views.js';

export const deliveryState = field(z.enum(DELIVERY_STATES), {
  description:
    '`waiting`: pending until the next attempt. `sending`: an attempt is under way. `delivered`: accepted by the destination. `failed`: not delivered within 24 h.',
  example: 'delivered',
});

/** Kafka is left out: the server stores no record of each delivery to it. */
export const sinkName = field(z.enum(DESTINATIONS).exclude(['kafka']), {
  description: 'The destination of the alert.',
  example: 'email',
});

const number = { description: 'The number of the delivery.', unit: '1', example: 42 };
const tries = {
  description: 'The number of attempts since the delivery was created or last resent by an administrator.',
  unit: '1',
  example: 1,
};
const outcome = {
  state: deliveryState,
  last_error: field(z.string().nullable(), {
    description: 'The error of the last failed attempt; null if there was none.',
    example: 'Slack: rate limited for 30 s',
  }),
  next_try_at: utcOrNull('When the next attempt is due; null unless the state is `waiting`.'),
  delivered_at: utcOrNull('When the destination accepted the alert; null before.'),
};

export const Delivery: z.ZodType<DeliveryView> = z
  .object({
    id: field(z.int().nullable(), {
      ...number,
      description: 'The number of the delivery; null for Kafka, of which the server stores no deliveries.',
    }),
    sink: field(z.enum(DESTINATIONS), { description: 'The destination of the alert.', example: 'email' }),
    tries: field(z.int().nullable(), { ...tries, description: `${tries.description} Null for Kafka.` }),
    ...outcome,
  })
  .meta({ id: 'Delivery', description: 'The delivery of an alert to one destination.' });

export const DeliveryRecord: z.ZodType<DeliveryRecordView> = z
  .object({
    id: field(z.int(), number),
    sink: sinkName,
    alert_id: uuid('The id of the alert.'),
    event_id: eventId,
    tries: field(z.int(), tries),
    ...outcome,
    created_at: utc('When the delivery was created.'),
    gives_up_at: utc('When the delivery fails unless it has been delivered by then.'),
  })
  .meta({ id: 'DeliveryRecord', description: 'The delivery of an alert to people by one sink.' });

export const DeliveryPage = page(DeliveryRecord, 'DeliveryPage', 'Deliveries, newest first.');
