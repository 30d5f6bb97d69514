import { STATUS_CODES } from 'node:http';
import type { Problem } from './schemas/problem.js';

export interface FieldError {
  /** JSON pointer (RFC 6901) to the field. */
  readonly path: string;
  readonly message: string;
}

/** An error answer as problem details (RFC 9457). `message` is its detail. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly status: number,
    detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export function problem(status: number, detail: string, errors: readonly FieldError[] = []): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
  };
}

/** JSON pointer (RFC 6901) of a path of keys and indexes. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
