import type { Log } from '../../domain/log.js';
import type { PendingPublications } from './publications.js';

const LOOK_MILLISECONDS = 5_000;
/** Publishing takes milliseconds: if an alert is pending for so long, no replica publishes. */
const OVERDUE_MILLISECONDS = 30_000;

/** Checks whether an alert has been pending for too long, whichever replica publishes. */
export function watchOverdue(pending: () => Promise<PendingPublications>, log: Log) {
  let oldest: { readonly since: number; readonly overdueAt: number } | null = null;

  async function look(): Promise<void> {
    try {
      const { pendingSince: since } = await pending();
      if (since === null) oldest = null;
      else if (oldest?.since !== since) oldest = { since, overdueAt: overdueAt(since) };
    } catch (error) {
      log.debug({ err: error }, 'kafka:pending-not-counted');
    }
  }

  const timer = setInterval(() => void look(), LOOK_MILLISECONDS);
  return {
    /** As of the last look. */
    isOverdue: (): boolean => oldest !== null && performance.now() >= oldest.overdueAt,
    stop: () => clearInterval(timer),
  };
}

/** By a clock that is never set: one that is set back must not hide pending alerts. @param since POSIX milliseconds */
function overdueAt(since: number): number {
  const waited = Math.max(0, Date.now() - since);
  return performance.now() + Math.max(0, OVERDUE_MILLISECONDS - waited);
}
