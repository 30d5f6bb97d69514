import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { ArchiveAnswer, MuteAnswer, ObserveAnswer, ResetAnswer, RetractAnswer } from '../../domain/views.js';
import { cache } from './list.js';
import { Alert, detectorName, Observation, Table, uuid } from './views.js';

const duplicate = field(z.boolean(), {
  description:
    'True if a message with this uuid was received before. The alerts are those that it caused then; the sub-groups are the present ones.',
  example: false,
});
const alerts = z
  .array(Alert)
  .meta({ description: 'The alerts that the message caused, in the order in which they were sent.' });

export const Observed: z.ZodType<ObserveAnswer> = z
  .object({
    duplicate,
    observation: Observation,
    sub_groups: z.array(Table).meta({ description: 'The sub-groups that contain the observation now.' }),
    alerts,
  })
  .meta({ id: 'Observed', description: 'The result of sending an observation.' });

export const Retracted: z.ZodType<RetractAnswer> = z
  .object({
    duplicate,
    pending: field(z.boolean(), {
      description:
        'True if the observation has not been received yet. It is retracted on arrival, if it arrives within 48 h.',
      example: false,
    }),
    retracted: field(z.array(z.string()), {
      description: 'The uuids of the observations that were retracted; empty if they had been retracted before.',
      example: ['9ccdc218-2552-4e33-b023-04308a21bd20'],
    }),
    sub_groups: z.array(Table).meta({ description: 'The sub-groups that changed, in their present state.' }),
    alerts,
  })
  .meta({ id: 'Retracted', description: 'The result of a retraction.' });

export const Archived: z.ZodType<ArchiveAnswer> = z
  .object({ duplicate, uuid: uuid('The uuid of the message.') })
  .meta({ id: 'Archived', description: 'The message is stored.' });

const version = field(z.int(), { description: 'The present version of the cache.', unit: '1', example: 18 });

export const ResetDone: z.ZodType<ResetAnswer> = z
  .object({
    id: uuid('The id of the reset, needed to undo it.'),
    cache,
    version,
    dropped: field(z.int(), { description: 'The number of observations that were dropped.', unit: '1', example: 3 }),
  })
  .meta({ id: 'ResetDone', description: 'The result of a reset.' });

const muted = field(z.boolean(), { description: 'Whether the detector is muted after the request.', example: true });

const Muted: z.ZodType<MuteAnswer> = z
  .object({
    cache,
    detector_name: detectorName,
    muted,
    observations: field(z.array(z.string()), {
      description: 'The uuids of the observations that were taken out of the sub-groups, or returned to them.',
      example: ['9ccdc218-2552-4e33-b023-04308a21bd20'],
    }),
    alerts,
  })
  .meta({ id: 'Muted', description: 'The result of muting or unmuting in one cache.' });

export interface MutedDetector {
  readonly detector_name: string;
  readonly muted: boolean;
  readonly caches: readonly MuteAnswer[];
}

export const MutedDetector: z.ZodType<MutedDetector> = z
  .object({
    detector_name: detectorName,
    muted,
    caches: z.array(Muted).meta({ description: 'The result in each cache.' }),
  })
  .meta({ id: 'MutedDetector', description: 'The result of muting or unmuting.' });
