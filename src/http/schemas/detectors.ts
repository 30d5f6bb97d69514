import { z } from 'zod';
import { field } from '../../domain/field.js';
import { DETECTOR_STATUSES, HEARTBEAT_STATUSES } from '../../domain/heartbeats/health.js';
import type { DetectorView, LastHeartbeatView, UsualIntervalView } from '../../reads/detectors.js';
import { utc, utcOrNull } from './parts.js';

export const latency = field(z.number().nullable(), {
  description:
    "The time from sending to receipt; negative if the detector's clock is ahead. Null if the message has no time of sending.",
  unit: 's',
  example: 0.214,
});

const UsualInterval: z.ZodType<UsualIntervalView> = z
  .object({
    mean_s: field(z.number(), { description: 'The mean.', unit: 's', example: 60.012 }),
    sigma_s: field(z.number(), { description: 'The sample standard deviation.', unit: 's', example: 1.73 }),
  })
  .meta({
    id: 'UsualInterval',
    description: 'The usual interval between heartbeats, from the 24 h before the last one.',
  });

export const LastHeartbeat: z.ZodType<LastHeartbeatView> = z
  .object({
    received_time_utc: utc('When the server received it.'),
    detector_status: field(z.enum(HEARTBEAT_STATUSES), {
      description: 'The status that the detector reported.',
      example: 'ON',
    }),
    sent_time_utc: utcOrNull('When the detector sent it, by its own clock; null if the message does not say.'),
    latency_s: latency,
  })
  .meta({ id: 'LastHeartbeat', description: 'The last heartbeat of a detector.' });

export const Detector: z.ZodType<DetectorView> = z
  .object({
    name: field(z.string(), { description: 'The name that the detector sends in its messages.', example: 'Super-K' }),
    id: field(z.int(), { description: 'The number of the detector in the collaboration.', unit: '1', example: 1 }),
    full_name: field(z.string(), { description: 'The full name.', example: 'Super-Kamiokande' }),
    type: field(z.string(), { description: 'The detection technique.', example: 'water Cherenkov' }),
    site: field(z.string(), { description: 'The location, in words.', example: 'Hida, Japan' }),
    latitude: field(z.number(), { description: 'The latitude, north positive.', unit: 'deg', example: 36.43 }),
    longitude: field(z.number(), { description: 'The longitude, east positive.', unit: 'deg', example: 137.31 }),
    last_message_at: utcOrNull(
      'When the last message of any kind was received, to within a minute; null if there was none.',
    ),
    last_heartbeat: LastHeartbeat.nullable().meta({
      description:
        'The last heartbeat. An observation in the live cache counts as a heartbeat with the status ON. Null if there was none.',
    }),
    usual_interval: UsualInterval.nullable().meta({
      description:
        'The usual interval between heartbeats, from the 24 h before the last one; null with fewer than 5 heartbeats.',
    }),
    heartbeat_expected_by: utcOrNull(
      'The time after which the detector is late: the last heartbeat plus mean + 3 σ of the usual interval (σ is taken to be at least 1 s). Null if no heartbeat is expected.',
    ),
    status: field(z.enum(DETECTOR_STATUSES), {
      description:
        '`ON` or `OFF`: the status of the last heartbeat; also `OFF` if that heartbeat is more than 24 h old. `LATE`: the last status was `ON` and the next heartbeat is overdue. `UNKNOWN`: there was no heartbeat.',
      example: 'ON',
    }),
  })
  .meta({ id: 'Detector', description: 'A neutrino detector of the network.' });
