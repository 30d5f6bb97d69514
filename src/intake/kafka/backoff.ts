const MOST_SECONDS = 30;

export interface BackoffOptions {
  /** The longest wait in seconds. */
  readonly mostSeconds?: number;
  readonly random?: () => number;
}

/** How long to wait after a failure: longer after each failure up to a limit, shorter again after each success. */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions = {}) {}

  /** @param successes how many there were */
  succeeded(successes = 1): void {
    this.failures = Math.max(0, this.failures - successes);
  }

  /** Counts a failure. @returns the milliseconds to wait */
  failed(): number {
    const { mostSeconds = MOST_SECONDS, random = Math.random } = this.options;
    this.failures++;
    return Math.min(1.5 ** this.failures * ((1 + random()) / 2), mostSeconds) * 1_000;
  }
}
