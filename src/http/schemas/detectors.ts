import { z } from 'zod';
import { DETECTOR_STATUSES, type DetectorView, type HeartbeatView } from '../../cache/reads/detectors.js';
import { field } from '../../domain/field.js';
import { utc, utcOrNull } from './views.js';

export const LastHeartbeat: z.ZodType<HeartbeatView> = z
  .object({
    received_time_utc: utc('When the server received it.'),
    detector_status: field(z.enum(['ON', 'OFF']), { description: 'What the detector said of itself.', example: 'ON' }),
  })
  .meta({ id: 'LastHeartbeat', description: 'The latest word of a detector on whether it takes data.' });

export const Detector: z.ZodType<DetectorView> = z
  .object({
    name: field(z.string(), { description: 'The name by which it sends.', example: 'Super-K' }),
    id: field(z.int(), { description: 'Its number in the collaboration.', unit: '1', example: 1 }),
    full_name: field(z.string(), { description: 'Its name in full.', example: 'Super-Kamiokande' }),
    type: field(z.string(), { description: 'How it detects neutrinos.', example: 'water Cherenkov' }),
    site: field(z.string(), { description: 'Where it stands.', example: 'Hida, Japan' }),
    latitude: field(z.number(), { description: 'North positive.', unit: 'deg', example: 36.43 }),
    longitude: field(z.number(), { description: 'East positive.', unit: 'deg', example: 137.31 }),
    last_message_at: utcOrNull('When a message of it last came in, of any kind, within a minute; null if none has.'),
    last_heartbeat: LastHeartbeat.nullable().meta({
      description:
        'Its latest heartbeat; an observation in the live cache counts as one that says ON. Null if none is known.',
    }),
    status: field(z.enum(DETECTOR_STATUSES), {
      description:
        'What its heartbeats say: `ON` or `OFF`, its last word; `OFF` too if that is more than 24 h old; `LATE`: it is overdue; `UNKNOWN`: none is known.',
      example: 'ON',
    }),
  })
  .meta({ id: 'Detector', description: 'A neutrino detector that takes part.' });
