import { z } from 'zod';
import type { ArchivedMessage } from '../../archive/messages.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { Json } from '../../domain/commands.js';
import { field } from '../../domain/field.js';
import { cache, page } from './list.js';
import { detectorName, utc, utcOrNull, uuid } from './views.js';

const archived = {
  uuid: uuid('Identity of the message.'),
  cache,
  detector_name: detectorName,
  received_time_utc: utc('When the server received it.'),
};

export const ArchivedMessageView: z.ZodType<ArchivedMessage> = z
  .object({
    ...archived,
    message: field(z.custom<Json>(), {
      description: 'The message as it came.',
      example: { tier: 'TimingTier', detector_name: 'JUNO', timing_series: [0, 1500, 2_000_000] },
    }),
  })
  .meta({ id: 'ArchivedMessage', description: 'A timing or significance series, as it is kept.' });

export const ArchivedMessagePage = page(ArchivedMessageView, 'ArchivedMessagePage', 'Messages, the newest first.');

/** A heartbeat as lists show it. */
export interface HeartbeatEntry {
  readonly uuid: string;
  readonly cache: CacheName;
  readonly detector_name: string;
  readonly detector_status: 'ON' | 'OFF';
  readonly machine_time_utc: string | null;
  readonly sent_time_utc: string | null;
  readonly received_time_utc: string;
}

const HeartbeatEntry: z.ZodType<HeartbeatEntry> = z
  .object({
    ...archived,
    detector_status: field(z.enum(['ON', 'OFF']), { description: 'Whether the detector took data.', example: 'ON' }),
    machine_time_utc: utcOrNull("The detector's clock when it made the message."),
    sent_time_utc: utcOrNull('When the client sent it.'),
  })
  .meta({ id: 'HeartbeatEntry', description: 'A heartbeat of a detector.' });

export const HeartbeatPage = page(HeartbeatEntry, 'HeartbeatPage', 'Heartbeats, the newest first.');
