import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { ArchiveAnswer, MuteAnswer, ObserveAnswer, ResetAnswer, RetractAnswer } from '../../domain/views.js';
import { cache } from './list.js';
import { Alert, detectorName, Observation, Table, uuid } from './views.js';

const duplicate = field(z.boolean(), {
  description: "True if this uuid was known: the alerts are the first time's, the tables today's.",
  example: false,
});
const alerts = z.array(Alert).meta({ description: 'The alerts that the message caused, in the order sent.' });

export const Observed: z.ZodType<ObserveAnswer> = z
  .object({
    duplicate,
    observation: Observation,
    sub_groups: z.array(Table).meta({ description: 'The tables in which the observation now stands.' }),
    alerts,
  })
  .meta({ id: 'Observed', description: 'What an observation did.' });

export const Retracted: z.ZodType<RetractAnswer> = z
  .object({
    duplicate,
    pending: field(z.boolean(), {
      description: 'True if the observation has not come yet: it is withdrawn when it does, within 48 h.',
      example: false,
    }),
    retracted: field(z.array(z.string()), {
      description: 'The uuids of the observations that were withdrawn; none if they were so already.',
      example: ['9ccdc218-2552-4e33-b023-04308a21bd20'],
    }),
    sub_groups: z.array(Table).meta({ description: 'The tables that changed, as they are now.' }),
    alerts,
  })
  .meta({ id: 'Retracted', description: 'What a retraction did.' });

export const Archived: z.ZodType<ArchiveAnswer> = z
  .object({ duplicate, uuid: uuid('Identity of the message.') })
  .meta({ id: 'Archived', description: 'The message is kept.' });

const version = field(z.int(), { description: 'Version of the tables now.', unit: '1', example: 18 });

export const ResetDone: z.ZodType<ResetAnswer> = z
  .object({
    id: uuid('Identity of the reset: whoever undoes it names it.'),
    cache,
    version,
    dropped: field(z.int(), { description: 'Observations that were forgotten.', unit: '1', example: 3 }),
  })
  .meta({ id: 'ResetDone', description: 'What a reset did.' });

const muted = field(z.boolean(), { description: 'Whether the detector is muted now.', example: true });

const Muted: z.ZodType<MuteAnswer> = z
  .object({
    cache,
    detector_name: detectorName,
    muted,
    observations: field(z.array(z.string()), {
      description: 'The observations that left the tables, or came back, by uuid.',
      example: ['9ccdc218-2552-4e33-b023-04308a21bd20'],
    }),
    alerts,
  })
  .meta({ id: 'Muted', description: 'What muting or unmuting did in one cache.' });

export interface MutedDetector {
  readonly detector_name: string;
  readonly muted: boolean;
  readonly caches: readonly MuteAnswer[];
}

export const MutedDetector: z.ZodType<MutedDetector> = z
  .object({
    detector_name: detectorName,
    muted,
    caches: z.array(Muted).meta({ description: 'What it did in each cache.' }),
  })
  .meta({ id: 'MutedDetector', description: 'What muting or unmuting did.' });
