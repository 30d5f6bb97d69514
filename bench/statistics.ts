/** The value that a share of all values is at most; 0 if there are none. @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** To so many significant digits: more would be noise. */
export function round(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}

export interface Cost {
  /** Elapsed microseconds. */
  readonly wall: number;
  /** Microseconds of processor time, garbage collection included: a busy machine hardly changes it. */
  readonly cpu: number;
}

/** What each of `count` runs costs when `work` does that many. */
export function costOf(count: number, work: () => void): Cost {
  const before = process.cpuUsage();
  const began = performance.now();
  work();
  const wall = ((performance.now() - began) * 1000) / count;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / count };
}

export function medianCost(costs: readonly Cost[]): Cost {
  return { wall: median(costs.map(({ wall }) => wall)), cpu: median(costs.map(({ cpu }) => cpu)) };
}
