import type { Problem } from './client.js';

/** The server answered, and not with what was asked for. */
export class SnewsError extends Error {
  override readonly name = 'SnewsError';
  constructor(
    readonly status: number,
    detail: string,
    /** As the server sent it; undefined if something between answered, not the server. */
    readonly problem: Problem | undefined,
    /** Milliseconds after which the server may be asked again. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(detail);
  }

  /** True if the same request may succeed a little later. */
  get isTemporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** As much of an answer that isn't ours as is worth showing. */
const SHOWN = 200;

/**
 * The error that an answer means.
 * @param body what came: problem details, or any text or JSON if it isn't the server that answered
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
