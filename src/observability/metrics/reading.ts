import type { Log } from '../../domain/log.js';

/** Time limit for reading a figure; a scrape then returns without it. */
const LIMIT_MILLISECONDS = 2_000;
/** A figure is reused for this time, so that scrapes by several clients cause one query. */
const FRESH_MILLISECONDS = 5_000;

/**
 * Reads a figure at most every 5 s, with one read at a time, and waits 2 s for it.
 * @returns a function that resolves with the figure, or with undefined if it cannot be read in time
 */
export function createReading<Figure>(what: string, read: () => Promise<Figure>, log: Log) {
  let last: { readonly figure: Figure; readonly at: number } | undefined;
  let underWay: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      const figure = await read();
      last = { figure, at: performance.now() };
    } catch (error) {
      log.debug({ err: error, what }, 'metrics:not-read');
    } finally {
      underWay = undefined;
    }
  }

  const fresh = () => (last !== undefined && performance.now() - last.at < FRESH_MILLISECONDS ? last : undefined);
  return async (): Promise<Figure | undefined> => {
    if (fresh() === undefined) {
      underWay ??= ask();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LIMIT_MILLISECONDS);
      });
      await Promise.race([underWay, late]);
      clearTimeout(timer);
    }
    return fresh()?.figure;
  };
}
