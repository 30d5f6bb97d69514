import type { Log } from '../domain/log.js';

/** The phases in which a service stops, in order. Within a phase, the part that was added last stops first. */
export const PHASES = [
  /** New commands are rejected; those in progress are finished. */
  'commands',
  'inputs',
  'outputs',
  'background',
  'foundations',
] as const;

export type Phase = (typeof PHASES)[number];

/** The running parts of a service, and how each is stopped. */
export interface Shutdown {
  /** @param part its name in the log */
  add(phase: Phase, part: string, stop: () => Promise<unknown>): void;
  /** True as soon as `run` was called. */
  readonly hasBegun: boolean;
  /**
   * Stops all parts, one after the other. A part that fails or exceeds its time limit is logged and abandoned; the others
   * are stopped all the same.
   * @param limit time limit for all parts together, in milliseconds
   * @returns the names of the abandoned parts
   */
  run(limit?: number): Promise<readonly string[]>;
}

/** Longer than a delivery in progress may take (10 s). */
const PART_MILLISECONDS = 12_000;
const TOTAL_MILLISECONDS = 20_000;
/** Time limit of a part when earlier parts have used up the total: enough for a part that has nothing to wait for. */
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
    async run(limit = TOTAL_MILLISECONDS) {
      hasBegun = true;
      const deadline = performance.now() + limit;
      const abandoned: string[] = [];
      for (const { part, stop } of PHASES.flatMap((phase) => running.get(phase)?.splice(0) ?? [])) {
        const remaining = deadline - performance.now();
        const least = Math.min(LEAST_MILLISECONDS, limit / 10);
        try {
          await within(stop(), Math.max(Math.min(PART_MILLISECONDS, remaining), least));
        } catch (error) {
          // Also what `stop` throws synchronously.
          abandoned.push(part);
          log.error({ err: error, part }, 'service:part-not-stopped');
        }
      }
      return abandoned;
    },
  };
}

/** @throws Error if the work takes longer */
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
