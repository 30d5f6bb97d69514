import { z } from 'zod';
import type { CacheName } from '../../domain/cache-name.js';
import { field } from '../../domain/field.js';
import { BEAT_STATUSES } from '../../domain/heartbeats/health.js';
import type { HeartbeatView } from '../../reads/heartbeats.js';
import { latency } from './detectors.js';
import { cache, page } from './list.js';
import { detectorName, utc, utcOrNull, uuid } from './views.js';

/** A heartbeat as lists show it, of whichever cache. */
export type HeartbeatEntry = HeartbeatView & { readonly cache: CacheName };

const HeartbeatEntry: z.ZodType<HeartbeatEntry> = z
  .object({
    uuid: uuid('Identity of the message.'),
    cache,
    detector_name: detectorName,
    tier: field(z.enum(['Heartbeat', 'CoincidenceTier']), {
      description: '`CoincidenceTier`: an observation, which counts as a heartbeat that says ON.',
      example: 'Heartbeat',
    }),
    detector_status: field(z.enum(BEAT_STATUSES), { description: 'Whether the detector took data.', example: 'ON' }),
    machine_time_utc: utcOrNull("The detector's clock when it made the message."),
    sent_time_utc: utcOrNull('When the client sent it.'),
    received_time_utc: utc('When the server received it.'),
    latency_s: latency,
    interval_s: field(z.number().nullable(), {
      description:
        "Since the detector's heartbeat before, by time of receipt. Null if none is known, and outside `live`.",
      unit: 's',
      example: 60.02,
    }),
  })
  .meta({ id: 'HeartbeatEntry', description: 'A heartbeat of a detector.' });

export const HeartbeatPage = page(HeartbeatEntry, 'HeartbeatPage', 'Heartbeats, the newest first.');
