import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'lossless-json';
import { type Alert, type Observation, SnewsError } from '../../client/index.js';
import { answered, type Connection } from '../server.js';
import type { Fields } from './entries.js';

/** What answers to messages of all kinds hold, as far as a replay looks at them. */
interface Answer {
  readonly observation?: Observation;
  readonly alerts?: readonly Alert[];
}

/** How long a message is tried again while the server has no room for it, or is away. */
const PATIENCE_MS = 180_000;
const AWAY_RETRY_MS = 1_000;

export interface PostOptions {
  readonly signal: AbortSignal;
  /** Told when the server asks to wait, or doesn't answer. */
  onWait(error: unknown, milliseconds: number): void;
}

/**
 * Sends one message, and again with the same uuid for as long as the server says "not now" or doesn't answer: it takes
 * effect once.
 * @returns undefined if it was interrupted while it waited
 * @throws SnewsError if the message was refused
 */
export async function post(
  { client }: Connection,
  message: Fields,
  { signal, onWait }: PostOptions,
): Promise<Answer | undefined> {
  const patientUntil = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const answer = answered(
        // Numbers go out exactly as they stand in the file.
        await client.POST('/v1/messages', { body: message, bodySerializer: (body) => stringify(body) }),
      );
      return answer as Answer;
    } catch (error) {
      const wait = waitAfter(error);
      if (wait === undefined || Date.now() + wait > patientUntil) throw error;
      onWait(error, wait);
      await pauseUnlessAborted(wait, signal);
      if (signal.aborted) return undefined;
    }
  }
}

/** Milliseconds after which the same may be taken; undefined if it won't be. */
function waitAfter(error: unknown): number | undefined {
  if (error instanceof SnewsError) return error.isTemporary ? (error.retryAfterMs ?? AWAY_RETRY_MS) : undefined;
  return error instanceof TypeError && error.message === 'fetch failed' ? AWAY_RETRY_MS : undefined;
}

/** Waits; not any longer once the signal is aborted. */
export async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
