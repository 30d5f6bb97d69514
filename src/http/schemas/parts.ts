import type { z } from 'zod';
import { text } from '../../domain/messages/parts.js';

/** Nothing that can't be seen: no line ends, nothing that turns the direction of writing around. */
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;
/** The greatest part of that, for the document: a pattern that means the same with and without the flag u, and in every language. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const WITHOUT_CONTROLS = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

const UNSEEN = 'holds a character that can not be seen';

/** Text of one line that people read, without blanks around it. */
export function printableText(maximum: number) {
  return text(1, maximum)
    .regex(WITHOUT_CONTROLS, UNSEEN)
    .refine((value) => PRINTABLE.test(value), UNSEEN)
    .refine((value) => value === value.trim(), 'begins or ends with a blank');
}

/** A change that changes something: a misspelt field would otherwise be a change of nothing. */
export function atLeastOne<Shape extends z.ZodRawShape>(change: z.ZodObject<Shape, z.core.$strict>) {
  return change
    .refine((given) => Object.keys(given).length > 0, 'says nothing that is to be changed')
    .meta({ minProperties: 1 });
}
