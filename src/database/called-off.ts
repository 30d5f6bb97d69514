import { setTimeout as pause } from 'node:timers/promises';

/**
 * Settles as `work` does, or rejects at once when the signal calls it off. What can't be called off itself (a connection
 * to a machine that doesn't answer) goes on unheeded until it gives up, or the process ends.
 */
export async function unlessCalledOff<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let callOff: (() => void) | undefined;
  const calledOff = new Promise<never>((_, reject) => {
    callOff = () => reject(signal.reason);
    if (signal.aborted) callOff();
    signal.addEventListener('abort', callOff);
  });
  try {
    return await Promise.race([calledOff, work]);
  } finally {
    if (callOff !== undefined) signal.removeEventListener('abort', callOff);
  }
}

/** Waits; rejects at once when the signal calls it off. */
export async function pauseUnlessCalledOff(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(milliseconds, undefined, { ...(signal === undefined ? {} : { signal }) });
}
