import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { DeadLetterView } from '../../reads/dead-letters.js';
import { page } from './list.js';
import { utc, utcOrNull } from './parts.js';

export const DeadLetter: z.ZodType<DeadLetterView> = z
  .object({
    id: field(z.int().min(1), { description: 'The number of the dead letter.', unit: '1', example: 17 }),
    topic: field(z.string(), { description: 'The topic of the record.', example: 'snews.experiments-test' }),
    partition: field(z.int().min(0), { description: 'The partition of the record.', unit: '1', example: 0 }),
    offset: field(z.int().min(0), {
      description: 'The offset of the record in its partition.',
      unit: '1',
      example: 4711,
    }),
    received_time_utc: utc('The timestamp of the record.'),
    reason: field(z.string(), {
      description:
        'Why the record was rejected. Not readable: `malformed`, `refused`, `empty`, `unknown format`, `unreadable batch`. Not valid: `invalid`, `unknown command`, `forbidden`. Rejected by the cache: `conflict`, `unprocessable`, `quota`, `not-found`. An internal error of the server: `error`.',
      example: 'malformed',
    }),
    detail: field(z.string(), { description: 'The error in the record.', example: 'A message is a JSON object.' }),
    excerpt: field(z.string(), {
      description: 'The first 300 bytes of the value as text, with passwords masked.',
      example: '{"detector_name": "Super-K"',
    }),
    created_at: utc('When the dead letter was stored.'),
    replayed_at: utcOrNull('When a retry succeeded; null before.'),
  })
  .meta({ id: 'DeadLetter', description: 'A Kafka record that was rejected.' });

export const DeadLetterPage = page(DeadLetter, 'DeadLetterPage', 'Dead letters, newest first.');

export const Replayed = z
  .object({ id: field(z.int().min(1), { description: 'The number of the dead letter.', unit: '1', example: 17 }) })
  .meta({ id: 'Replayed', description: 'A dead letter that was retried successfully.' });
