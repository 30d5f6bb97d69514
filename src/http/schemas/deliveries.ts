import { z } from 'zod';
import { field } from '../../domain/field.js';
import { DELIVERY_STATES, DESTINATIONS, type DeliveryRecordView, type DeliveryView } from '../../domain/views.js';
import { page } from './list.js';
import { eventId } from './reads.js';
import { utc, utcOrNull, uuid } from './views.js';

export const deliveryState = field(z.enum(DELIVERY_STATES), {
  description:
    '`waiting` for its next try; `sending`: a try is under way; `delivered`; `failed`: not delivered within 24 h.',
  example: 'delivered',
});

/** Those that keep a record of each delivery. */
export const sinkName = field(z.enum(DESTINATIONS).exclude(['kafka']), {
  description: 'Where the alert goes.',
  example: 'email',
});

const number = { description: 'Its number.', unit: '1', example: 42 };
const tries = { description: 'How often it was tried, since it was last made due by hand.', unit: '1', example: 1 };
const fate = {
  state: deliveryState,
  last_error: field(z.string().nullable(), {
    description: 'What the other side, or the way to it, last had against it; null: nothing yet.',
    example: 'Slack: rate limited for 30 s',
  }),
  next_try_at: utcOrNull('When it is tried next; null unless it waits.'),
  delivered_at: utcOrNull('When the other side had taken it; null before.'),
};

export const Delivery: z.ZodType<DeliveryView> = z
  .object({
    id: field(z.int().nullable(), {
      ...number,
      description: 'Its number; null for Kafka, which keeps no record of each.',
    }),
    sink: field(z.enum(DESTINATIONS), { description: 'Where the alert goes.', example: 'email' }),
    tries: field(z.int().nullable(), { ...tries, description: `${tries.description} Null for Kafka.` }),
    ...fate,
  })
  .meta({ id: 'Delivery', description: 'How an alert fared on its way to one destination.' });

export const DeliveryRecord: z.ZodType<DeliveryRecordView> = z
  .object({
    id: field(z.int(), number),
    sink: sinkName,
    alert_id: uuid('The alert.'),
    event_id: eventId,
    tries: field(z.int(), tries),
    ...fate,
    created_at: utc('When it was written down.'),
    gives_up_at: utc('When it fails, unless it is delivered by then.'),
  })
  .meta({ id: 'DeliveryRecord', description: 'One alert on its way to one sink.' });

export const DeliveryPage = page(DeliveryRecord, 'DeliveryPage', 'Deliveries, the newest first.');
