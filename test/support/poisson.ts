import type { Random } from './random.js';

/** One trigger of one detector. */
export interface Trigger {
  readonly detector: number;
  /** Seconds. */
  readonly time: number;
}

/** The next `count` triggers of independent Poisson processes, by time. @param rates in hertz, one per detector */
export function triggers(rates: readonly number[], count: number, random: Random): Trigger[] {
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const made: Trigger[] = [];
  let time = 0;
  for (let i = 0; i < count; i++) {
    time -= Math.log(1 - uniform(random)) / total;
    made.push({ detector: drawn(rates, uniform(random) * total), time });
  }
  return made;
}

/** The detector in whose share of the total rate the mark falls. */
function drawn(rates: readonly number[], mark: number): number {
  let left = mark;
  for (const [detector, rate] of rates.entries()) {
    left -= rate;
    if (left < 0) return detector;
  }
  return rates.length - 1;
}

const STEPS = 2 ** 32;

function uniform(random: Random): number {
  return random.whole(STEPS) / STEPS;
}
