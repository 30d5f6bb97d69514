import { z } from 'zod';
import { ROLES } from '../../administration/keys/principal.js';
import type { KeyView } from '../../administration/keys/repository.js';
import type { Json } from '../../domain/commands.js';
import { field } from '../../domain/field.js';
import { text } from '../../domain/messages/parts.js';
import type { AuditLogEntryView } from '../../reads/audit-log.js';
import { cache, page } from './list.js';
import { utc, utcOrNull } from './parts.js';

const reason = field(text(1, 1024), {
  description: 'The reason. It is recorded in the audit log.',
  example: 'calibration source left in',
});

export const ResetRequest = z
  .object({ cache, reason })
  .meta({ id: 'ResetRequest', description: 'The cache to reset, and the reason.' });

export const MuteRequest = z
  .object({
    reason,
    cache: cache.nullish().meta({
      description: 'The cache in which the detector is muted or unmuted; by default, all three.',
      example: 'live',
    }),
  })
  .meta({ id: 'MuteRequest', description: 'The reason for muting or unmuting a detector, and the cache.' });

const keyName = field(text(1, 128), { description: 'The name of the holder, as free text.', example: 'Super-K shift' });
const role = field(z.enum(ROLES), {
  description: '`detector`: may send for its detectors, and read. `reader`: may read. `admin`: may do everything.',
  example: 'detector',
});
const detectors = field(z.array(text(1, 64)).max(256), {
  description: 'The detectors that a detector key may send for; empty for other roles.',
  example: ['Super-K'],
});

export const KeyRequest = z
  .object({ name: keyName, role, detectors: detectors.default([]) })
  .superRefine((request, context) => {
    if ((request.role === 'detector') === request.detectors.length > 0) return;
    const message =
      request.role === 'detector'
        ? 'a detector key needs at least one detector'
        : `a ${request.role} key has no detectors`;
    context.addIssue({ code: 'custom', path: ['detectors'], message });
  })
  .meta({
    id: 'KeyRequest',
    description: 'The key to create.',
    // The refinement above as JSON Schema, for the OpenAPI document.
    if: { properties: { role: { const: 'detector' } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: { required: ['detectors'], properties: { detectors: { minItems: 1 } } },
    else: { properties: { detectors: { maxItems: 0 } } },
  });

const key = {
  id: field(z.string(), { description: 'The id of the key; it is a part of the key.', example: '4fz81qk0' }),
  name: keyName,
  role,
  detectors,
  created_at: utc('When the key was created.'),
  created_by: field(z.string(), {
    description: 'The id of the key that created it; `configured` means ADMIN_API_KEY.',
    example: 'configured',
  }),
  revoked_at: utcOrNull('When the key was revoked; null while it is valid.'),
};

export const Key: z.ZodType<KeyView> = z.object(key).meta({ id: 'Key', description: 'An API key without its secret.' });

export const KeyPage = page(Key, 'KeyPage', 'Keys in order of their ids.');

export interface NewKeyView extends KeyView {
  readonly key: string;
}

export const NewKey: z.ZodType<NewKeyView> = z
  .object({
    ...key,
    key: field(z.string(), {
      description:
        'The key, to be sent as `Authorization: Bearer <key>`. It is shown only once: the server stores only its hash.',
      example: 'snews_4fz81qk0_5vGd0pX1y4uQk3s8bN7rTz2mLw9cJhE6aVfRiOxYtUg',
    }),
  })
  .meta({ id: 'NewKey', description: 'A new API key with its secret.' });

const AuditLogEntry: z.ZodType<AuditLogEntryView> = z
  .object({
    id: field(z.int(), {
      description: 'The number of the entry; numbers rise and may have gaps.',
      unit: '1',
      example: 7,
    }),
    time_utc: utc('When the action was taken.'),
    actor: field(z.string(), { description: 'The id of the key that was used.', example: 'configured' }),
    act: field(z.string(), { description: 'The action.', example: 'cache:reset' }),
    detail: field(z.custom<Json>(), {
      description: 'The objects of the action, and the reason.',
      example: { cache: 'test', reason: 'end of the drill' },
    }),
  })
  .meta({ id: 'AdminAct', description: 'An entry of the audit log.' });

export const AuditLogPage = page(AuditLogEntry, 'AdminActPage', 'Entries of the audit log, newest first.');
