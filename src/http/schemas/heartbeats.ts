import { z } from 'zod';
import type { CacheName } from '../../domain/cache-name.js';
import { field } from '../../domain/field.js';
import { HEARTBEAT_STATUSES } from '../../domain/heartbeats/health.js';
import type { HeartbeatView } from '../../reads/heartbeats.js';
import { latency } from './detectors.js';
import { cache, page } from './list.js';
import { utc, utcOrNull } from './parts.js';
import { detectorName, uuid } from './views.js';

/** A heartbeat of any cache, as lists show it. */
export type HeartbeatEntry = HeartbeatView & { readonly cache: CacheName };

const HeartbeatEntry: z.ZodType<HeartbeatEntry> = z
  .object({
    uuid: uuid('The uuid of the message.'),
    cache,
    detector_name: detectorName,
    tier: field(z.enum(['Heartbeat', 'CoincidenceTier']), {
      description:
        'The kind of the message. `CoincidenceTier`: an observation, which counts as a heartbeat with the status ON.',
      example: 'Heartbeat',
    }),
    detector_status: field(z.enum(HEARTBEAT_STATUSES), {
      description: 'Whether the detector was taking data.',
      example: 'ON',
    }),
    machine_time_utc: utcOrNull("The detector's clock when it created the message."),
    sent_time_utc: utcOrNull('When the client sent it.'),
    received_time_utc: utc('When the server received it.'),
    latency_s: latency,
    interval_s: field(z.number().nullable(), {
      description:
        'The time since the previous heartbeat of the detector, by time of receipt. Null if there is none, and in other caches than `live`.',
      unit: 's',
      example: 60.02,
    }),
  })
  .meta({ id: 'HeartbeatEntry', description: 'A heartbeat of a detector.' });

export const HeartbeatPage = page(HeartbeatEntry, 'HeartbeatPage', 'Heartbeats, newest first.');
