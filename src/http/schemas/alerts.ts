import { z } from 'zod';
import type { AlertView, DeliveryView } from '../../domain/views.js';
import { Delivery } from './deliveries.js';
import { Alert } from './views.js';

/** An alert as its reads show it. */
export interface AlertWithDeliveries extends AlertView {
  /** Left out for those who may not know. */
  readonly deliveries?: readonly DeliveryView[] | undefined;
}

// Alert is an object; its type only says what comes out.
const alert = Alert as unknown as z.ZodObject;

export const AlertWithDeliveries = alert
  .extend({
    deliveries: z.array(Delivery).optional().meta({
      description:
        'How it reached each destination; left out without a key. The alert stream is none: its readers resume.',
    }),
  })
  .meta({
    id: 'AlertWithDeliveries',
    description: 'What the world is told of a coincidence, and how that was delivered.',
  }) as unknown as z.ZodType<AlertWithDeliveries>;
