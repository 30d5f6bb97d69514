import { z } from 'zod';
import { field } from '../../domain/field.js';
import { text } from '../../domain/messages/parts.js';

/** No invisible characters: no line ends, no controls of the direction of writing. */
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;
/** Most of that for the OpenAPI document: a pattern that means the same with and without the flag u, and in every language. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are rejected
const WITHOUT_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

const UNSEEN = 'must not contain invisible characters';

/** One line of text for people, without leading or trailing blanks. */
export function printableText(maximum: number) {
  return text(1, maximum)
    .regex(WITHOUT_CONTROLS, UNSEEN)
    .refine((value) => PRINTABLE.test(value), UNSEEN)
    .refine((value) => value === value.trim(), 'must not begin or end with a blank');
}

/** A change with at least one field: a request with only a misspelt field would otherwise succeed without effect. */
export function atLeastOne<Shape extends z.ZodRawShape>(change: z.ZodObject<Shape, z.core.$strict>) {
  return change
    .refine((given) => Object.keys(given).length > 0, 'must contain at least one field to change')
    .meta({ minProperties: 1 });
}

/** A time as it goes out. */
export function utc(description: string, example = '2030-01-01T12:34:45.678999123Z') {
  return field(z.string(), {
    description: `${description} Always with nine decimals; 23:59:60 is a leap second.`,
    unit: 'UTC',
    example,
  }).meta({ format: 'date-time' });
}

/** A time as it goes out, or null. */
export function utcOrNull(description: string, example = '2030-01-01T12:34:45.678999123Z') {
  return field(z.string().meta({ format: 'date-time' }).nullable(), {
    description: `${description} Always with nine decimals.`,
    unit: 'UTC',
    example,
  });
}

/** PostgreSQL's integer. */
export const MAXIMUM_INT4 = 2 ** 31 - 1;
