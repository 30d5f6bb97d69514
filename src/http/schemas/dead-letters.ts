import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { DeadLetterView } from '../../reads/dead-letters.js';
import { page } from './list.js';
import { utc, utcOrNull } from './views.js';

export const DeadLetter: z.ZodType<DeadLetterView> = z
  .object({
    id: field(z.int().min(1), { description: 'Its number.', unit: '1', example: 17 }),
    topic: field(z.string(), { description: 'Where it came.', example: 'snews.experiments-test' }),
    partition: field(z.int().min(0), { description: 'Partition of the topic.', unit: '1', example: 0 }),
    offset: field(z.int().min(0), { description: 'Place in the partition.', unit: '1', example: 4711 }),
    received_time_utc: utc('When the record was written, by its own timestamp.'),
    reason: field(z.string(), {
      description:
        'malformed, refused, empty, unknown format; invalid, unknown command, forbidden; conflict, unprocessable, quota, not-found; or fault, which is the server’s own.',
      example: 'malformed',
    }),
    detail: field(z.string(), { description: 'What is wrong with it.', example: 'A message is a JSON object.' }),
    excerpt: field(z.string(), {
      description: 'The first 300 bytes of its value as text, passwords masked.',
      example: '{"detector_name": "Super-K"',
    }),
    created_at: utc('When the server put it aside.'),
    replayed_at: utcOrNull('When it took effect after all.'),
  })
  .meta({ id: 'DeadLetter', description: 'A record of Kafka that took no effect.' });

export const DeadLetterPage = page(DeadLetter, 'DeadLetterPage', 'Records of Kafka that took no effect.');

export const Replayed = z
  .object({ id: field(z.int().min(1), { description: 'The dead letter.', unit: '1', example: 17 }) })
  .meta({ id: 'Replayed', description: 'A dead letter that took effect.' });
