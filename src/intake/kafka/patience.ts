import { setTimeout as delay } from 'node:timers/promises';

const MOST_SECONDS = 30;
const BEAT_MILLISECONDS = 1_000;

export interface PatienceOptions {
  /** Seconds to wait at most. */
  readonly mostSeconds?: number;
  readonly random?: () => number;
}

/** How long to wait after failures: longer after each, shorter again with each success, never for ever. */
export class Patience {
  private failures = 0;

  constructor(private readonly options: PatienceOptions = {}) {}

  /** @param successes so many */
  succeeded(successes = 1): void {
    this.failures = Math.max(0, this.failures - successes);
  }

  /** Counts a failure. Milliseconds to wait. */
  failed(): number {
    const { mostSeconds = MOST_SECONDS, random = Math.random } = this.options;
    this.failures++;
    return Math.min(1.5 ** this.failures * ((1 + random()) / 2), mostSeconds) * 1_000;
  }
}

/** Waits, and says meanwhile that it is alive. @param isOver true if there is nothing to wait for any more */
export async function waitAlive(milliseconds: number, beat: () => Promise<void>, isOver: () => boolean): Promise<void> {
  const until = performance.now() + milliseconds;
  for (let rest = milliseconds; rest > 0 && !isOver(); rest = until - performance.now()) {
    await delay(Math.min(rest, BEAT_MILLISECONDS));
    await beat();
  }
}

/**
 * Says that it is alive while something is under way. What that says of a rebalance is not heard here: the work is done
 * to its end, and whoever says it next is told again.
 */
export async function whileAlive<Result>(work: Promise<Result>, beat: () => Promise<void>): Promise<Result> {
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MILLISECONDS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
