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
  let oldest: { readonly waitingSince: number; readonly overdueAt: number } | null = null;

  async function look(): Promise<void> {
    try {
      const { waitingSince } = await outstanding();
      if (waitingSince === null) oldest = null;
      else if (oldest?.waitingSince !== waitingSince) oldest = { waitingSince, overdueAt: overdueAt(waitingSince) };
    } catch (error) {
      log.debug({ err: error }, 'kafka:outstanding-not-counted');
    }
  }

  const timer = setInterval(() => void look(), LOOK_MILLISECONDS);
  return {
    /** Not for what has happened before the last look. */
    isOverdue: (): boolean => oldest !== null && performance.now() >= oldest.overdueAt,
    stop: () => clearInterval(timer),
  };
}

/** By a clock that is never set: one that is set back must not hide what waits. @param waitingSince POSIX milliseconds */
function overdueAt(waitingSince: number): number {
  const waited = Math.max(0, Date.now() - waitingSince);
  return performance.now() + Math.max(0, OVERDUE_MILLISECONDS - waited);
}
