interface Log {
  error(details: object, message: string): void;
}

/** The order in which a service stops. Within a phase, what was started last is stopped first. */
export const PHASES = [
  /** Commands are no longer taken, and those under way are settled. */
  'refuse',
  'inputs',
  'outputs',
  'background',
  'foundations',
] as const;

export type Phase = (typeof PHASES)[number];

/** The parts of a service that run, and how each is stopped. */
export interface Shutdown {
  add(phase: Phase, part: string, stop: () => Promise<unknown>): void;
  /** The service is stopping, or has. */
  readonly hasBegun: boolean;
  /**
   * Stops every part, one after the other, whatever the others do: one that fails or takes too long is logged and left.
   * @param patience how long all of them may take together, in milliseconds
   * @returns the parts that were left
   */
  run(patience?: number): Promise<readonly string[]>;
}

/** A delivery that is under way may take 10 s. */
const PART_MILLISECONDS = 12_000;
const ALL_MILLISECONDS = 20_000;
/** What every part gets, also if those before it have used up all the time: enough for whatever waits for nobody. */
const LEAST_MILLISECONDS = 250;

export function createShutdown(log: Log): Shutdown {
  const running = new Map<Phase, { readonly part: string; stop(): Promise<unknown> }[]>(
    PHASES.map((phase) => [phase, []]),
  );
  let hasBegun = false;
  return {
    add(phase, part, stop) {
      running.get(phase)?.unshift({ part, stop });
    },
    get hasBegun() {
      return hasBegun;
    },
    async run(patience = ALL_MILLISECONDS) {
      hasBegun = true;
      const deadline = performance.now() + patience;
      const left: string[] = [];
      for (const { part, stop } of PHASES.flatMap((phase) => running.get(phase)?.splice(0) ?? [])) {
        const rest = deadline - performance.now();
        // All but the least is shared by those that hang; they must not take the others' time.
        const limit = Math.max(Math.min(PART_MILLISECONDS, rest), Math.min(LEAST_MILLISECONDS, patience / 10));
        try {
          await within(stop(), limit);
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
