import type { Clock } from './clock.js';
import { AttemptEnded } from './sender.js';

/** How long the parts of a try may take, in milliseconds. */
export interface TimeLimits {
  /**
   * Whoever took longer to prepare does not send: the process may have been stopped meanwhile, and another replica may
   * have taken the job over.
   */
  readonly prepare: number;
  readonly send: number;
  /** What is left for preparing or sending when the server stops or the leadership is lost. */
  readonly grace: number;
}

export interface AttemptParts<Message, Result> {
  prepare(): Promise<Message>;
  /** @param over aborts when the time is over */
  send(message: Message, over: AbortSignal): Promise<Result>;
  readonly limits: TimeLimits;
  readonly clock: Clock;
  /** Aborts when the server stops or the leadership is lost. */
  readonly signal: AbortSignal;
}

/**
 * Prepares and sends within the limits.
 * @throws AttemptEnded when the time is over
 */
export async function attempt<Message, Result>(parts: AttemptParts<Message, Result>): Promise<Result> {
  const { prepare, send, limits, clock, signal } = parts;
  const begun = clock.now();
  const message = await within(prepare, undefined, new AttemptEnded('interrupted', 0), parts);
  if (signal.aborted || clock.now() - begun > limits.prepare) throw new AttemptEnded('interrupted', 0);
  const tooLong = new AttemptEnded('it took too long: whether it arrived is not known');
  return within((over) => send(message, over), limits.send, tooLong, parts);
}

/** @param limit without it only a stop ends the work */
async function within<Result>(
  work: (over: AbortSignal) => Promise<Result>,
  limit: number | undefined,
  error: AttemptEnded,
  { clock, limits, signal }: Pick<AttemptParts<never, never>, 'clock' | 'limits' | 'signal'>,
): Promise<Result> {
  const over = new AbortController();
  const ended = new AbortController();
  const timeLimit = (async (): Promise<never> => {
    const either = AbortSignal.any([signal, ended.signal]);
    await (limit === undefined ? aborted(either) : clock.wait(limit, either));
    if (signal.aborted) await clock.wait(limits.grace, ended.signal);
    over.abort();
    throw error;
  })();
  const working = work(over.signal);
  try {
    return await Promise.race([working, timeLimit]);
  } finally {
    ended.abort();
    // Nobody waits for the other one any more.
    for (const late of [working, timeLimit]) late.catch(() => undefined);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
