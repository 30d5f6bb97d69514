const LOOK_MILLISECONDS = 5_000;
/** An alert takes milliseconds: one that has waited so long finds nobody who publishes it. */
const OVERDUE_MILLISECONDS = 30_000;

interface Log {
  debug(details: object, message: string): void;
}

/** Looks whether alerts wait to be published for longer than they ever should, whichever replica publishes. */
export function watchOverdue(
  outstanding: () => Promise<{ readonly waiting: number; readonly waitingSince: number | null }>,
  log: Log,
) {
  let since: number | null = null;

  async function look(): Promise<void> {
    try {
      since = (await outstanding()).waitingSince;
    } catch (error) {
      log.debug({ err: error }, 'kafka:outstanding-not-counted');
    }
  }

  const timer = setInterval(() => void look(), LOOK_MILLISECONDS);
  return {
    /** Not for what has happened before the last look. */
    isOverdue: (): boolean => since !== null && Date.now() - since >= OVERDUE_MILLISECONDS,
    stop: () => clearInterval(timer),
  };
}
