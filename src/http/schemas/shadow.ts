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
import { utc, utcOrNull, uuid } from './views.js';

const count = (description: string, example: number) => field(z.int().min(0), { description, unit: '1', example });

export const shadowDifferenceKind = field(z.enum(SHADOW_DIFFERENCE_KINDS), {
  description:
    '`main-only`, `shadow-only`: only that engine has alerts without an equal; `other-type`: the same tables, other alert types; `other-rows`: other tables; `fault`: the shadow engine failed, or what it needs is no longer kept.',
  example: 'main-only',
});

const ShadowAlert: z.ZodType<ShadowAlertView> = z
  .object({
    alert_type: field(z.enum(ALERT_TYPES), { description: 'Its type.', example: 'COINC_MSG' }),
    sub_group: field(z.int(), {
      description: 'Number of the sub-group by that engine; numbers are not compared.',
      unit: '1',
      example: 0,
    }),
    detector_names: field(z.array(z.string()), { description: 'Detectors, row by row.', example: ['JUNO', 'DUNE'] }),
    neutrino_times: field(z.array(z.string()), {
      description: 'Their neutrino times, nine decimals.',
      unit: 'UTC',
      example: ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:49.600000000Z'],
    }),
    p_values: field(z.array(z.number().nullable()), {
      description: 'Their p-values; null where none was given, or the observation is no longer kept.',
      unit: '1',
      example: [0.07, null],
    }),
  })
  .meta({ id: 'ShadowAlert', description: 'An alert that one of two compared engines sent, or would have sent.' });

const ShadowDifference: z.ZodType<ShadowDifferenceView> = z
  .object({
    id: count('Its number.', 17),
    cache,
    command: count('The number of the command in its cache.', 4711),
    message_uuid: uuid('The message that the command came as.'),
    message_kind: field(z.string(), {
      description: 'CoincidenceTier, Retraction, Expiry, Reset, Mute, Unmute or Switch.',
      example: 'CoincidenceTier',
    }),
    detector_name: field(z.string().nullable(), { description: 'Whose it is; null for none’s.', example: 'Super-K' }),
    received_time_utc: utc('When the message came in.'),
    kind: shadowDifferenceKind,
    main_alerts: z
      .array(ShadowAlert)
      .meta({ description: 'Alerts that were sent and that the shadow engine has no equal of.' }),
    shadow_alerts: z
      .array(ShadowAlert)
      .meta({ description: 'Alerts that the shadow engine would have sent and that have no equal.' }),
    event_ids: field(z.array(z.string()), {
      description: 'Events of all alerts that were sent after the command; none if the main engine sent none.',
      example: ['SN-20300101-1'],
    }),
    fault: field(z.string().nullable(), { description: 'What was wrong, of a fault.', example: null }),
    compared_at: utc('When it was found.'),
  })
  .meta({
    id: 'ShadowDifference',
    description: 'A command after which the shadow engine would have alerted otherwise.',
  });

export const ShadowDifferencePage = page(ShadowDifference, 'ShadowDifferencePage', 'Differences, the newest first.');

const differences = z
  .object({
    'main-only': count('Alerts of the main engine only.', 2),
    'shadow-only': count('Alerts of the shadow engine only.', 1),
    'other-type': count('The same tables, other alert types.', 0),
    'other-rows': count('Other tables.', 3),
    fault: count('The shadow engine failed, or what it needs is no longer kept.', 0),
  })
  .meta({ description: 'Commands with a difference, by its kind.' });

const ShadowCache: z.ZodType<ShadowCacheView> = z
  .object({
    cache,
    main_engine: field(z.enum(ENGINE_NAMES), { description: 'The engine whose alerts are sent.', example: 'complete' }),
    since_command: count('Commands after this one are compared.', 0),
    command: count('The last command that was compared.', 4711),
    lag: count('Commands that wait to be compared.', 0),
    compared: count('Commands that were compared.', 4711),
    main_alerts: count('Alerts that were sent.', 20),
    shadow_alerts: count('Alerts that the shadow engine would have sent.', 19),
    equal_alerts: count('Alerts that both have.', 16),
    differences,
    last_fault: field(z.string().nullable(), {
      description: 'What was wrong at the last fault; null: none yet.',
      example: null,
    }),
    last_fault_at: utcOrNull('When the last fault was found.'),
  })
  .meta({ id: 'ShadowCache', description: 'How the engine of a cache and the shadow engine compare.' });

export const Shadow: z.ZodType<ShadowView> = z
  .object({
    engine: field(z.enum(ENGINE_NAMES).nullable(), {
      description: 'The shadow engine, `SHADOW_ENGINE`; null: none is configured.',
      example: 'reference',
    }),
    caches: z
      .array(ShadowCache)
      .meta({ description: 'Cache by cache; one that has not been looked at yet is missing.' }),
  })
  .meta({ id: 'Shadow', description: 'Another engine beside the main one, on the same messages; it sends nothing.' });
