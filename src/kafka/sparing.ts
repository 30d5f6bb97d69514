const QUIET_MILLISECONDS = 10_000;
/** Kinds that are remembered: what comes over and over has few. */
const MOST_KINDS = 200;

/** Sees to it that the same is said at most once in a while, by default every ten seconds, however often it happens. */
export class Sparing {
  private readonly said = new Map<string, { readonly at: number; kept: number }>();

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly quietMilliseconds = QUIET_MILLISECONDS,
  ) {}

  /**
   * undefined: it was said a moment ago. Else how often it was not said since the last time.
   * @param what numbers in it make no difference
   */
  again(what: string): { readonly repeated?: number } | undefined {
    const kind = what.replace(/\d+/g, '#');
    const last = this.said.get(kind);
    const now = this.now();
    if (last !== undefined && now - last.at < this.quietMilliseconds) {
      last.kept++;
      return undefined;
    }
    if (this.said.size >= MOST_KINDS) this.said.clear();
    this.said.set(kind, { at: now, kept: 0 });
    return last === undefined || last.kept === 0 ? {} : { repeated: last.kept };
  }
}
