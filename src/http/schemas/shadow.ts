import { z } from 'zod';
import { ALERT_TYPES, ENGINE_NAMES } from '../../domain/coincidence/engine.js';
import { field } from '../../domain/field.js';
import {
  SHADOW_DIFFERENCE_KINDS,
  type ShadowAlertView,
  type ShadowCacheView,
  type ShadowDifferenceView,
  type ShadowView,
} from '../../domain/views.js';
import { cache, page } from './list.js';
import { utc, utcOrNull } from './parts.js';
import { uuid } from './views.js';

const count = (description: string, example: number) => field(z.int().min(0), { description, unit: '1', example });

export const shadowDifferenceKind = field(z.enum(SHADOW_DIFFERENCE_KINDS), {
  description:
    '`main-only`, `shadow-only`: only this engine has alerts without an equal of the other. `other-type`: the same sub-groups with other alert types. `other-rows`: other sub-groups. `fault`: the shadow engine failed, or data that it needs is no longer stored.',
  example: 'main-only',
});

const ShadowAlert: z.ZodType<ShadowAlertView> = z
  .object({
    alert_type: field(z.enum(ALERT_TYPES), { description: 'The type of the alert.', example: 'COINC_MSG' }),
    sub_group: field(z.int(), {
      description: 'The number of the sub-group in that engine; numbers are not compared.',
      unit: '1',
      example: 0,
    }),
    detector_names: field(z.array(z.string()), {
      description: 'The detectors, in the order of the rows.',
      example: ['JUNO', 'DUNE'],
    }),
    neutrino_times: field(z.array(z.string()), {
      description: 'The neutrino times, with nine decimals.',
      unit: 'UTC',
      example: ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:49.600000000Z'],
    }),
    p_values: field(z.array(z.number().nullable()), {
      description: 'The p-values; null if the detector gave none, or the observation is no longer stored.',
      unit: '1',
      example: [0.07, null],
    }),
  })
  .meta({ id: 'ShadowAlert', description: 'An alert of one of the two compared engines.' });

const ShadowDifference: z.ZodType<ShadowDifferenceView> = z
  .object({
    id: count('The number of the difference.', 17),
    cache,
    command: count('The number of the command in its cache.', 4711),
    message_uuid: uuid('The uuid of the message of the command.'),
    message_kind: field(z.string(), {
      description:
        'The kind of the message: CoincidenceTier, Retraction, Expiry, Reset, UndoReset, Mute, Unmute or Switch.',
      example: 'CoincidenceTier',
    }),
    detector_name: field(z.string().nullable(), {
      description: 'The detector of the message; null if it has none.',
      example: 'Super-K',
    }),
    received_time_utc: utc('When the message was received.'),
    kind: shadowDifferenceKind,
    main_alerts: z
      .array(ShadowAlert)
      .meta({ description: 'Alerts that were sent and have no equal in the shadow engine.' }),
    shadow_alerts: z.array(ShadowAlert).meta({
      description: 'Alerts that the shadow engine would have sent and that have no equal among those that were sent.',
    }),
    event_ids: field(z.array(z.string()), {
      description: 'The events of all alerts that were sent after the command; empty if none was sent.',
      example: ['SN-20300101-1'],
    }),
    fault: field(z.string().nullable(), { description: 'The error if the kind is `fault`; else null.', example: null }),
    compared_at: utc('When the difference was found.'),
  })
  .meta({
    id: 'ShadowDifference',
    description: 'A command after which the alerts of the two engines differ.',
  });

export const ShadowDifferencePage = page(ShadowDifference, 'ShadowDifferencePage', 'Differences, newest first.');

const differences = z
  .object({
    'main-only': count('Commands with alerts of the main engine only.', 2),
    'shadow-only': count('Commands with alerts of the shadow engine only.', 1),
    'other-type': count('Commands with the same sub-groups and other alert types.', 0),
    'other-rows': count('Commands with other sub-groups.', 3),
    fault: count('Commands on which the shadow engine failed, or for which data is no longer stored.', 0),
  })
  .meta({ description: 'The number of commands with a difference, by kind.' });

const ShadowCache: z.ZodType<ShadowCacheView> = z
  .object({
    cache,
    main_engine: field(z.enum(ENGINE_NAMES), { description: 'The engine whose alerts are sent.', example: 'complete' }),
    since_command: count('Comparison began after this command.', 0),
    command: count('The number of the last command that was compared.', 4711),
    lag: count('The number of commands that are yet to be compared.', 0),
    compared: count('The number of commands that were compared.', 4711),
    main_alerts: count('The number of alerts that were sent.', 20),
    shadow_alerts: count('The number of alerts that the shadow engine would have sent.', 19),
    equal_alerts: count('The number of alerts that are equal in both engines.', 16),
    differences,
    last_fault: field(z.string().nullable(), {
      description: 'The last error of the shadow engine; null if there was none.',
      example: null,
    }),
    last_fault_at: utcOrNull('When the last error was found.'),
  })
  .meta({ id: 'ShadowCache', description: 'The comparison of the engine of a cache with the shadow engine.' });

export const Shadow: z.ZodType<ShadowView> = z
  .object({
    engine: field(z.enum(ENGINE_NAMES).nullable(), {
      description: 'The shadow engine (`SHADOW_ENGINE`); null if none is configured.',
      example: 'reference',
    }),
    caches: z.array(ShadowCache).meta({ description: 'The caches that have been compared.' }),
  })
  .meta({
    id: 'Shadow',
    description:
      'The state of the shadow engine, which processes the same messages as the main engine and sends nothing.',
  });
