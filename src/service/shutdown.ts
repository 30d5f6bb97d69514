interface Log {
  error(details: object, message: string): void;
}

/** The parts of a service that are open, and how each is closed. */
export interface Shutdown {
  /** Whatever was opened last is closed first. */
  add(part: string, close: () => Promise<unknown>): void;
  /**
   * Closes every part, one after the other, whatever the others do: one that fails or takes too long is logged and left.
   * @param patience how long all of them may take together, in milliseconds
   * @returns the parts that were left
   */
  close(patience?: number): Promise<readonly string[]>;
}

/** A delivery that is under way may take 10 s. */
const PART_MILLISECONDS = 12_000;
const ALL_MILLISECONDS = 20_000;
/** What every part gets, also if those before it have used up all the time: enough for whatever waits for nobody. */
const LEAST_MILLISECONDS = 250;

export function createShutdown(log: Log): Shutdown {
  const open: { readonly part: string; close(): Promise<unknown> }[] = [];
  return {
    add(part, close) {
      open.unshift({ part, close });
    },
    async close(patience = ALL_MILLISECONDS) {
      const deadline = performance.now() + patience;
      const left: string[] = [];
      for (const { part, close } of open.splice(0)) {
        const rest = deadline - performance.now();
        // All but the least is shared by those that hang; they must not take the others' time.
        const limit = Math.max(Math.min(PART_MILLISECONDS, rest), Math.min(LEAST_MILLISECONDS, patience / 10));
        try {
          await within(close(), limit);
        } catch (error) {
          left.push(part);
          log.error({ err: error, part }, 'service:part-not-stopped');
        }
      }
      return left;
    },
  };
}

/** What a part throws at once counts as what it rejects with. */
async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not stopped within ${Math.round(milliseconds)} ms`)), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
