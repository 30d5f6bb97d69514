import { setTimeout as delay } from 'node:timers/promises';

const MOST_SECONDS = 30;
const BEAT_MILLISECONDS = 1_000;
/** So many failures in a row are no hiccup. */
const DEGRADED_AFTER = 20;

/** How long to wait after failures: longer after each, shorter again with each success, never for ever. */
export class Patience {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  succeeded(): void {
    if (this.failures > 0) this.failures--;
  }

  /** Counts a failure. Milliseconds to wait. */
  failed(): number {
    this.failures++;
    return Math.min(1.5 ** this.failures * ((1 + this.random()) / 2), MOST_SECONDS) * 1_000;
  }

  get isLost(): boolean {
    return this.failures >= DEGRADED_AFTER;
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
