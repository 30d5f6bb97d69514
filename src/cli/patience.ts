import { setTimeout as delay } from 'node:timers/promises';
import { SnewsError } from '../client/index.js';

/** How long something is tried again while the server has no room for it, or is away. */
const PATIENCE_MS = 180_000;
const AWAY_RETRY_MS = 1_000;

export interface CliPatienceOptions {
  readonly signal: AbortSignal;
  /** Told when the server asks to wait, or doesn't answer. */
  onWait(error: unknown, milliseconds: number): void;
}

/**
 * Asks the server, and again for as long as it says "not now" or doesn't answer.
 * @returns undefined if it was interrupted
 * @throws SnewsError if it was refused; whatever it last ended with if patience is over
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  { signal, onWait }: CliPatienceOptions,
): Promise<T | undefined> {
  const patientUntil = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return undefined;
      const wait = waitAfter(error);
      if (wait === undefined || Date.now() + wait > patientUntil) throw error;
      onWait(error, wait);
      await pauseUnlessAborted(wait, signal);
      if (signal.aborted) return undefined;
    }
  }
}

/** What `fetch` says of a server that isn't there, and of one that hung up in the middle of an answer. */
const AWAY = new Set(['fetch failed', 'terminated']);

/** Milliseconds after which the same may be taken; undefined if it won't be. */
function waitAfter(error: unknown): number | undefined {
  if (error instanceof SnewsError) return error.isTemporary ? (error.retryAfterMs ?? AWAY_RETRY_MS) : undefined;
  return error instanceof TypeError && AWAY.has(error.message) ? AWAY_RETRY_MS : undefined;
}

/** Waits; not any longer once the signal is aborted. */
export async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
