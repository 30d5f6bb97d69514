/** What is wrong: the grammar, a bound, or text that can't be stored. */
export type JsonErrorKind = 'syntax' | 'depth' | 'keys' | 'number' | 'integer' | 'text' | 'prototype';

/** Text that is not JSON, or goes beyond a bound. The message never quotes values: they may hold a password. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** The keys and indexes that lead to it from the outermost value. */
  readonly path: PropertyKey[] = [];
  constructor(
    readonly kind: JsonErrorKind,
    message: string,
    /** The number or key in question. */
    readonly literal = '',
  ) {
    super(message);
  }
}
