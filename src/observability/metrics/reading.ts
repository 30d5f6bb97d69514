/** What is asked when somebody looks may take this long; whoever looks gets the rest. */
const PATIENCE_MILLISECONDS = 2_000;
/** Several who look at once ask once. */
const FRESH_MILLISECONDS = 5_000;

interface Log {
  debug(details: object, message: string): void;
}

/**
 * Asks for a figure, at most every 5 s and never twice at a time, and waits 2 s for it.
 * @returns undefined if it can't be had now
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
        timer = setTimeout(resolve, PATIENCE_MILLISECONDS);
      });
      await Promise.race([underWay, late]);
      clearTimeout(timer);
    }
    return fresh()?.figure;
  };
}
