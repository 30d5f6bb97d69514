import type { CommittedAlert } from '../../cache/contract.js';

/** A publisher that is further behind, or does not lead, reads its alerts from the database. */
const MOST = 2_000;

/**
 * Alerts that commits of this process have stored, so that they need not be read again. Those of other replicas are
 * missing, and any may be: `after` returns alerts only if they follow the last published one without a gap.
 */
export class HandedAlerts {
  private alerts: CommittedAlert[] = [];

  /** @param alerts of one commit, after those of the commits before it */
  take(alerts: readonly CommittedAlert[]): void {
    this.alerts.push(...alerts);
    if (this.alerts.length > MOST) this.alerts = [];
  }

  /** The alerts that follow a sequence without a gap, in order; forgets those up to it. */
  after(sequence: number, limit: number): CommittedAlert[] {
    const next = this.alerts.findIndex((alert) => alert.sequence > sequence);
    this.alerts = next < 0 ? [] : this.alerts.slice(next);
    const gap = this.alerts.findIndex((alert, i) => alert.sequence !== sequence + 1 + i);
    return this.alerts.slice(0, Math.min(limit, gap < 0 ? this.alerts.length : gap));
  }
}
