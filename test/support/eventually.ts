import { vi } from 'vitest';

/** Waits until a check no longer fails, as long as the busiest machine may need. */
export function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 60_000, interval: 10 });
}
