import type { z } from 'zod';

/** Documentation of a field in the OpenAPI document. */
interface About {
  readonly description: string;
  /** The physical unit; `1` for a dimensionless number. */
  readonly unit?: string;
  readonly example: unknown;
}

/** Adds documentation to a schema. The OpenAPI document is generated from the schemas. */
export function field<Schema extends z.ZodType>(schema: Schema, { description, unit, example }: About): Schema {
  // Not `examples`: zod omits them from schemas that transform their input.
  return schema.meta({ description, ...(unit === undefined ? {} : { 'x-unit': unit }), example });
}
