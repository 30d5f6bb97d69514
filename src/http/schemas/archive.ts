import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { JsonText } from '../../domain/json-text.js';
import type { ArchivedMessageRecord } from '../../reads/messages.js';
import { cache, page } from './list.js';
import { utc } from './parts.js';
import { detectorName, uuid } from './views.js';

const archived = {
  uuid: uuid('The uuid of the message.'),
  cache,
  detector_name: detectorName,
  received_time_utc: utc('When the server received it.'),
};

export const ArchivedMessageView: z.ZodType<ArchivedMessageRecord> = z
  .object({
    ...archived,
    message: field(z.custom<JsonText>(), {
      description: 'The message as it was received.',
      example: { tier: 'TimingTier', detector_name: 'JUNO', timing_series: [0, 1500, 2_000_000] },
    }),
  })
  .meta({ id: 'ArchivedMessage', description: 'A stored timing or significance series.' });

export const ArchivedMessagePage = page(ArchivedMessageView, 'ArchivedMessagePage', 'Messages, newest first.');
