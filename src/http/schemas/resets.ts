import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { ResetView, UndoView } from '../../domain/views.js';
import { cache, page } from './list.js';
import { utc, utcOrNull } from './parts.js';
import { uuid } from './views.js';

const actor = field(z.string(), {
  description: 'The id of the key that was used, or the Kafka record.',
  example: 'configured',
});

const Undo: z.ZodType<UndoView> = z
  .object({
    actor,
    asked_at: utc('When the undo was requested.'),
    done_at: utcOrNull('When the undo was completed; null while it is under way.'),
    restored: field(z.int(), { description: 'The number of observations that were restored.', unit: '1', example: 3 }),
    alerts: field(z.int(), { description: 'The number of alerts that the undo caused.', unit: '1', example: 1 }),
  })
  .meta({ id: 'ResetUndo', description: 'The undo of a reset.' });

export const Reset: z.ZodType<ResetView> = z
  .object({
    id: uuid('The id of the reset.'),
    cache,
    time_utc: utc('When the cache was reset.'),
    actor,
    reason: field(z.string(), { description: 'The reason.', example: 'calibration data got in' }),
    dropped: field(z.int(), { description: 'The number of observations that were dropped.', unit: '1', example: 3 }),
    undo_until: utc('The time until which the reset can be undone.'),
    undo: Undo.nullable().meta({ description: 'The undo of the reset; null if nobody requested it.' }),
  })
  .meta({ id: 'Reset', description: 'A reset of a cache.' });

export const ResetPage = page(Reset, 'ResetPage', 'Resets, newest first.');
