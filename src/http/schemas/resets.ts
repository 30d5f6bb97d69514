import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { ResetView, UndoView } from '../../domain/views.js';
import { cache, page } from './list.js';
import { utc, utcOrNull, uuid } from './views.js';

const actor = field(z.string(), {
  description: 'The id of the key that asked for it, or the record of Kafka.',
  example: 'configured',
});

const Undo: z.ZodType<UndoView> = z
  .object({
    actor,
    asked_at: utc('When it was asked for.'),
    done_at: utcOrNull('When it was done; null while it is under way.'),
    restored: field(z.int(), { description: 'Observations that came back.', unit: '1', example: 3 }),
    alerts: field(z.int(), { description: 'Alerts that this caused.', unit: '1', example: 1 }),
  })
  .meta({ id: 'ResetUndo', description: 'How far a reset is undone.' });

export const Reset: z.ZodType<ResetView> = z
  .object({
    id: uuid('Identity of the reset.'),
    cache,
    time_utc: utc('When it was done.'),
    actor,
    reason: field(z.string(), { description: 'Why.', example: 'calibration data got in' }),
    dropped: field(z.int(), { description: 'Observations that were forgotten.', unit: '1', example: 3 }),
    undo_until: utc('It can be undone up to this time.'),
    undo: Undo.nullable().meta({ description: 'What has been undone of it; null: nothing.' }),
  })
  .meta({ id: 'Reset', description: 'A reset of a cache.' });

export const ResetPage = page(Reset, 'ResetPage', 'Resets, the newest first.');
