import type { z } from 'zod';

/** What a reader of the OpenAPI document must know of a field. */
interface About {
  readonly description: string;
  /** The physical unit; `1` for a number without one. */
  readonly unit?: string;
  readonly example: unknown;
}

/** A field with its documentation beside it: the schemas are the OpenAPI document. */
export function field<Schema extends z.ZodType>(schema: Schema, { description, unit, example }: About): Schema {
  // Not `examples`: zod leaves those out where a schema reads text into something else.
  return schema.meta({ description, ...(unit === undefined ? {} : { 'x-unit': unit }), example });
}
