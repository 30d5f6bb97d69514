import { z } from 'zod';
import type { AlertView, DeliveryView } from '../../domain/views.js';
import { Delivery } from './deliveries.js';
import { Alert } from './views.js';

/** An alert as GET /v1/alerts shows it. */
export interface AlertWithDeliveries extends AlertView {
  /** Omitted for callers without a key. */
  readonly deliveries?: readonly DeliveryView[] | undefined;
}

// Alert is declared by its output type; it is an object schema.
const alert = Alert as unknown as z.ZodObject;

export const AlertWithDeliveries = alert
  .extend({
    deliveries: z.array(Delivery).optional().meta({
      description:
        'The delivery to each destination; omitted for callers without a key. The alert stream is not listed: its readers resume by themselves.',
    }),
  })
  .meta({
    id: 'AlertWithDeliveries',
    description: 'An alert and its deliveries.',
  }) as unknown as z.ZodType<AlertWithDeliveries>;
