import { z } from 'zod';
import { field } from '../../domain/field.js';
import { BEAT_STATUSES, DETECTOR_STATUSES } from '../../domain/heartbeats/health.js';
import type { DetectorView, LastHeartbeatView, UsualIntervalView } from '../../reads/detectors.js';
import { utc, utcOrNull } from './views.js';

export const latency = field(z.number().nullable(), {
  description: "From sent to received; negative where the detector's clock runs ahead. Null without a time of sending.",
  unit: 's',
  example: 0.214,
});

const UsualInterval: z.ZodType<UsualIntervalView> = z
  .object({
    mean_s: field(z.number(), { description: 'Mean.', unit: 's', example: 60.012 }),
    sigma_s: field(z.number(), { description: 'Sample standard deviation.', unit: 's', example: 1.73 }),
  })
  .meta({ id: 'UsualInterval', description: 'The interval between heartbeats in the 24 h before the last one.' });

export const LastHeartbeat: z.ZodType<LastHeartbeatView> = z
  .object({
    received_time_utc: utc('When the server received it.'),
    detector_status: field(z.enum(BEAT_STATUSES), { description: 'What the detector said of itself.', example: 'ON' }),
    sent_time_utc: utcOrNull('When the detector sent it, by its own clock; null if it did not say.'),
    latency_s: latency,
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
    usual_interval: UsualInterval.nullable().meta({
      description: 'Between its heartbeats in the 24 h before the last one; null with fewer than 5 of them.',
    }),
    heartbeat_expected_by: utcOrNull(
      'Mean + 3 σ (σ of at least 1 s) after its last heartbeat: from then on it is late. Null if none is expected.',
    ),
    status: field(z.enum(DETECTOR_STATUSES), {
      description:
        'What its heartbeats say: `ON` or `OFF`, its last word; `OFF` too if that is more than 24 h old; `LATE`: `ON`, but the next one is overdue; `UNKNOWN`: none is known.',
      example: 'ON',
    }),
  })
  .meta({ id: 'Detector', description: 'A neutrino detector that takes part.' });
