import { setTimeout as delay } from 'node:timers/promises';

/**
 * Settles as `work` does, or rejects at once when the signal is aborted. Work that can't be aborted itself (a connection to
 * a machine that does not answer) goes on, and its outcome is ignored.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}

/** Waits; rejects at once when the signal is aborted. */
export async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(milliseconds, undefined, { ...(signal === undefined ? {} : { signal }) });
}

/** Waits; ends early, without an error, when the signal is aborted. */
export function pauseUntilAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
