import { z } from 'zod';
import type { Json } from '../commands.js';
import { field } from '../field.js';
import { parseUtc, TimeError, UTC_FORM } from '../time.js';
import { isFitText } from './fit-text.js';

/** Text that can be stored and sent. */
export function text(minimum: number, maximum: number) {
  return z.string().min(minimum).max(maximum).refine(isFitText, 'contains a NUL character or a lone surrogate');
}

/** A time in any format that detectors use. */
export const utcTime = z
  .string()
  .max(64)
  // Only for the OpenAPI document: parseUtc gives better error messages than a pattern.
  .meta({ pattern: UTC_FORM.source })
  .transform((value, context) => {
    try {
      return parseUtc(value);
    } catch (error) {
      if (!(error instanceof TimeError)) throw error;
      context.addIssue({ code: 'custom', message: error.message, input: value });
      return z.NEVER;
    }
  });

/** A UUID in any format of RFC 4122, converted to 36 lower-case characters. */
export const uuid = z
  .string()
  .regex(/^(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'not a UUID')
  .transform((value) => value.slice(-36).toLowerCase());

export const detectorName = field(text(1, 64), {
  description: 'Name of the detector that sends the message, as in GET /v1/detectors.',
  example: 'Super-K',
});

export const neutrinoTime = field(utcTime, {
  description:
    'Time of the first neutrino, with up to nine decimals. A blank may replace the T. A zone is Z or an offset; without one the time is UTC. 23:59:60 is valid on days with a leap second.',
  unit: 'UTC',
  example: '2030-01-01T12:34:45.678999123Z',
});

export const pVal = field(z.number().min(0).max(1).nullish(), {
  description: 'Probability that background alone produces such a signal.',
  unit: '1',
  example: 0.07,
});

/** The fields of every message. In an optional field, null means absent. */
export const envelope = {
  detector_name: detectorName,
  id: field(text(1, 256).nullish(), {
    description: '`<detector>_<tier>_<machine time or None>`. It need not be unique: `uuid` identifies the message.',
    example: 'Super-K_CoincidenceTier_None',
  }),
  uuid: field(uuid.nullish(), {
    description:
      'Identity of the message. A repetition has no effect and gets the first answer again. If it is absent, the server generates one.',
    example: '9ccdc218-2552-4e33-b023-04308a21bd20',
  }),
  machine_time_utc: field(utcTime.nullish(), {
    description: "Time of the detector's clock when the message was created.",
    unit: 'UTC',
    example: '2030-01-01T12:34:50.000000000Z',
  }),
  sent_time_utc: field(utcTime.nullish(), {
    description: 'When the client sent the message.',
    unit: 'UTC',
    example: '2030-01-01T12:34:51.628349000Z',
  }),
  is_test: field(z.boolean().nullish(), {
    description: 'The message is a test: it goes to the cache `test`, even with `is_firedrill`, and nobody is alerted.',
    example: true,
  }),
  is_firedrill: field(z.boolean().nullish(), {
    description: 'The message is a fire drill: it goes to the cache `firedrill`.',
    example: false,
  }),
  is_pre_sn: field(z.boolean().nullish(), {
    description: 'The observation is of pre-supernova neutrinos.',
    example: false,
  }),
  meta: field(z.record(z.string(), z.custom<Json>()).nullish(), {
    description: 'Any further data of the detector, stored unchanged.',
    example: { run: 42 },
  }),
  schema_version: field(text(0, 32).nullish(), {
    description: 'Version of the message format.',
    example: '0.2',
  }),
};

/** Optional; if given, it must be the kind of the route. */
export function tier<const Tier extends string>(name: Tier) {
  return field(z.literal(name).nullish(), { description: `If given, it must be \`${name}\`.`, example: name });
}
