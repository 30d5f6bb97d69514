import type { Problem } from './client.js';

/** The server answered with an error. */
export class SnewsError extends Error {
  override readonly name = 'SnewsError';
  constructor(
    readonly status: number,
    detail: string,
    /** The problem details of the server; undefined if something else answered, for example a proxy. */
    readonly problem: Problem | undefined,
    /** Milliseconds after which the request may be repeated. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(detail);
  }

  /** True if the same request may succeed a little later. */
  get isTemporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Characters that are shown of an answer without problem details. */
const SHOWN = 200;

/**
 * The error of an answer.
 * @param body problem details, or any text or JSON if something else than the server answered
 */
export function asSnewsError(response: Response, body: unknown): SnewsError {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined;
  if (isProblem(body)) return new SnewsError(response.status, body.detail, body, retryAfterMs);
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  const detail = text.trim() === '' ? response.statusText : text.trim().slice(0, SHOWN);
  return new SnewsError(response.status, detail, undefined, retryAfterMs);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';
}
