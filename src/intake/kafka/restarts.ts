const FIRST_MILLISECONDS = 500;
const MOST_MILLISECONDS = 10_000;
const CALM_MILLISECONDS = 60_000;

/** How long to wait before a crashed client is replaced: longer after each crash, until a client lives for a minute. */
export class Restarts {
  private crashes = 0;
  private last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  /** Counts a crash. @returns the milliseconds to wait */
  crashed(): number {
    if (this.now() - this.last > CALM_MILLISECONDS) this.crashes = 0;
    this.last = this.now();
    const most = Math.min(FIRST_MILLISECONDS * 2 ** this.crashes++, MOST_MILLISECONDS);
    return (most * (1 + this.random())) / 2;
  }
}
