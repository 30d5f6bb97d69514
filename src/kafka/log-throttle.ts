const QUIET_MILLISECONDS = 10_000;
/** How many kinds of messages are remembered; repeated messages are of few kinds. */
const MOST_KINDS = 200;

/** Limits how often messages of the same kind are logged, by default to one in ten seconds. */
export class LogThrottle {
  private readonly logged = new Map<string, { readonly at: number; suppressed: number }>();

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly quietMilliseconds = QUIET_MILLISECONDS,
  ) {}

  /**
   * Gives undefined if a message of the same kind was logged a short time ago, otherwise how many were suppressed since.
   * @param what the message; messages that differ only in numbers are of the same kind
   */
  admit(what: string): { readonly repeated?: number } | undefined {
    const kind = what.replace(/\d+/g, '#');
    const last = this.logged.get(kind);
    const now = this.now();
    if (last !== undefined && now - last.at < this.quietMilliseconds) {
      last.suppressed++;
      return undefined;
    }
    if (this.logged.size >= MOST_KINDS) this.logged.clear();
    this.logged.set(kind, { at: now, suppressed: 0 });
    return last === undefined || last.suppressed === 0 ? {} : { repeated: last.suppressed };
  }
}
