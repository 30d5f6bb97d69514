import { setTimeout as delay } from 'node:timers/promises';
import { SnewsError } from '../client/index.js';

/** How long a request is retried while the server is overloaded or does not answer. */
const LONGEST_RETRY_MS = 180_000;
const AWAY_RETRY_MS = 1_000;

export interface CliRetryOptions {
  readonly signal: AbortSignal;
  /** Called before each wait. */
  onWait(error: unknown, milliseconds: number): void;
}

/**
 * Makes a request, and makes it again as long as the server is overloaded or does not answer.
 * @returns undefined if it was interrupted
 * @throws SnewsError if the server rejects it; the last error if the time for retries is over
 */
export async function withRetry<T>(ask: () => Promise<T>, { signal, onWait }: CliRetryOptions): Promise<T | undefined> {
  const retryUntil = Date.now() + LONGEST_RETRY_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return undefined;
      const wait = waitAfter(error);
      if (wait === undefined || Date.now() + wait > retryUntil) throw error;
      onWait(error, wait);
      await pauseUnlessAborted(wait, signal);
      if (signal.aborted) return undefined;
    }
  }
}

/** Messages of `fetch` for a server that is not reachable, and for one that closes the connection within an answer. */
const AWAY = new Set(['fetch failed', 'terminated']);

/** Milliseconds after which the request may succeed; undefined if it will not. */
function waitAfter(error: unknown): number | undefined {
  if (error instanceof SnewsError) return error.isTemporary ? (error.retryAfterMs ?? AWAY_RETRY_MS) : undefined;
  return error instanceof TypeError && AWAY.has(error.message) ? AWAY_RETRY_MS : undefined;
}

/** Waits until the time is over or the signal is aborted. */
export async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
