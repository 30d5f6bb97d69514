import { z } from 'zod';
import { ROLES } from '../../administration/keys/principal.js';
import type { KeyView } from '../../administration/keys/repository.js';
import type { Json } from '../../domain/commands.js';
import { field } from '../../domain/field.js';
import { text } from '../../domain/messages/parts.js';
import type { AdminActView } from '../../reads/audit-log.js';
import { cache, page } from './list.js';
import { utc, utcOrNull } from './views.js';

const reason = field(text(1, 1024), {
  description: 'Why: it is recorded with who did it, and when.',
  example: 'calibration source left in',
});

export const ResetRequest = z
  .object({ cache, reason })
  .meta({ id: 'ResetRequest', description: 'Which cache is to forget its observations, and why.' });

export const MuteRequest = z
  .object({
    reason,
    cache: cache.nullish().meta({ description: 'Only in this cache; without it, in all three.', example: 'live' }),
  })
  .meta({ id: 'MuteRequest', description: 'Why a detector is muted or unmuted, and where.' });

const keyName = field(text(1, 128), { description: 'Whose key it is, in words.', example: 'Super-K shift' });
const role = field(z.enum(ROLES), {
  description: '`detector` sends for its detectors, and reads; `reader` reads; `admin` does all.',
  example: 'detector',
});
const detectors = field(z.array(text(1, 64)).max(256), {
  description: 'The detectors that a detector key may send for; none for other roles.',
  example: ['Super-K'],
});

export const KeyRequest = z
  .object({ name: keyName, role, detectors: detectors.default([]) })
  .superRefine((request, context) => {
    if ((request.role === 'detector') === request.detectors.length > 0) return;
    const message =
      request.role === 'detector' ? 'a detector key names at least one detector' : `a ${request.role} key names none`;
    context.addIssue({ code: 'custom', path: ['detectors'], message });
  })
  .meta({
    id: 'KeyRequest',
    description: 'The key that is to be made.',
    // What the refinement says, for the document.
    if: { properties: { role: { const: 'detector' } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: { required: ['detectors'], properties: { detectors: { minItems: 1 } } },
    else: { properties: { detectors: { maxItems: 0 } } },
  });

const key = {
  id: field(z.string(), { description: 'Names the key; it stands in the key itself.', example: '4fz81qk0' }),
  name: keyName,
  role,
  detectors,
  created_at: utc('When it was made.'),
  created_by: field(z.string(), {
    description: 'The id of the key that made it; `configured` is ADMIN_API_KEY.',
    example: 'configured',
  }),
  revoked_at: utcOrNull('When it was revoked; null while it holds.'),
};

export const Key: z.ZodType<KeyView> = z
  .object(key)
  .meta({ id: 'Key', description: 'A key of the API, without its secret.' });

export const KeyPage = page(Key, 'KeyPage', 'Keys by id.');

export interface NewKeyView extends KeyView {
  readonly key: string;
}

export const NewKey: z.ZodType<NewKeyView> = z
  .object({
    ...key,
    key: field(z.string(), {
      description: 'What its holder sends as `Authorization: Bearer <key>`. It is shown this once and stored nowhere.',
      example: 'snews_4fz81qk0_5vGd0pX1y4uQk3s8bN7rTz2mLw9cJhE6aVfRiOxYtUg',
    }),
  })
  .meta({ id: 'NewKey', description: 'A key of the API that was just made, with its secret.' });

const AdminAct: z.ZodType<AdminActView> = z
  .object({
    id: field(z.int(), { description: 'Counts up, with gaps.', unit: '1', example: 7 }),
    time_utc: utc('When it was done.'),
    actor: field(z.string(), { description: 'The id of the key that did it.', example: 'configured' }),
    act: field(z.string(), { description: 'What was done.', example: 'cache:reset' }),
    detail: field(z.custom<Json>(), {
      description: 'To what, and why.',
      example: { cache: 'test', reason: 'end of the drill' },
    }),
  })
  .meta({ id: 'AdminAct', description: 'Who did what, and when.' });

export const AdminActPage = page(AdminAct, 'AdminActPage', 'Acts of administrators, the newest first.');
