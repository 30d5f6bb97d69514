import { z } from 'zod';
import type { Json } from '../commands.js';
import { field } from '../field.js';
import { parseUtc, TimeError, UTC_FORM } from '../time.js';
import { isFitText } from './fit-text.js';

/** Text that can be stored and sent on. */
export function text(minimum: number, maximum: number) {
  return z.string().min(minimum).max(maximum).refine(isFitText, 'holds a NUL character or a lone surrogate');
}

/** A time in any form that detectors write. */
export const utcTime = z
  .string()
  .max(64)
  // For the document; the messages of parseUtc say better what is wrong.
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

/** Any UUID in the forms of RFC 4122, as 36 lower-case characters. */
export const uuid = z
  .string()
  .regex(/^(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'not a UUID')
  .transform((value) => value.slice(-36).toLowerCase());

export const detectorName = field(text(1, 64), {
  description: 'The detector that speaks, by the name it has in GET /v1/detectors.',
  example: 'Super-K',
});

export const neutrinoTime = field(utcTime, {
  description:
    'Time of the first neutrino, up to nine decimals. With or without Z, blank for T, or an offset; without zone it is UTC. 23:59:60 is valid on leap-second days.',
  unit: 'UTC',
  example: '2030-01-01T12:34:45.678999123Z',
});

export const pVal = field(z.number().min(0).max(1).nullish(), {
  description: 'Probability that background alone makes such a signal.',
  unit: '1',
  example: 0.07,
});

/** What every message carries, whatever its kind. In an optional field null means absent. */
export const envelope = {
  detector_name: detectorName,
  id: field(text(1, 256).nullish(), {
    description: '`<detector>_<tier>_<machine time or None>`. It may repeat: `uuid` is the identity.',
    example: 'Super-K_CoincidenceTier_None',
  }),
  uuid: field(uuid.nullish(), {
    description:
      'Identity of the message: the same again takes no effect and answers as the first time. Without one the server makes it.',
    example: '9ccdc218-2552-4e33-b023-04308a21bd20',
  }),
  machine_time_utc: field(utcTime.nullish(), {
    description: "The detector's clock when it made the message.",
    unit: 'UTC',
    example: '2030-01-01T12:34:50.000000000Z',
  }),
  sent_time_utc: field(utcTime.nullish(), {
    description: 'When the client sent it.',
    unit: 'UTC',
    example: '2030-01-01T12:34:51.628349000Z',
  }),
  is_test: field(z.boolean().nullish(), {
    description: 'A test: goes to the cache `test`, also with `is_firedrill`; alerts nobody.',
    example: true,
  }),
  is_firedrill: field(z.boolean().nullish(), {
    description: 'A fire drill: goes to the cache `firedrill`.',
    example: false,
  }),
  is_pre_sn: field(z.boolean().nullish(), { description: 'Pre-supernova neutrinos.', example: false }),
  meta: field(z.record(z.string(), z.custom<Json>()).nullish(), {
    description: 'Anything the detector wants to add; kept as it is.',
    example: { run: 42 },
  }),
  schema_version: field(text(0, 32).nullish(), {
    description: 'Version of the message format.',
    example: '0.2',
  }),
};

/** Optional; if given, it must fit the route. */
export function tier<const Tier extends string>(name: Tier) {
  return field(z.literal(name).nullish(), { description: `If given, it must be \`${name}\`.`, example: name });
}
