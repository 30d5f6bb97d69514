import type { CommittedAlert } from '../../cache/contract.js';

/** Kept at most: a publisher that is further behind, or doesn't lead, reads its alerts from the database. */
const MOST = 2_000;

/**
 * Alerts that commits of this process have stored, so that they needn't be read again. Those of other replicas are
 * missing here, and any may be: what is given out follows the last published one without a gap, or nothing is.
 */
export class HandedAlerts {
  private alerts: CommittedAlert[] = [];

  /** @param alerts of one commit, after those of the commits before it */
  take(alerts: readonly CommittedAlert[]): void {
    this.alerts.push(...alerts);
    if (this.alerts.length > MOST) this.alerts = [];
  }

  /** The ones that follow a sequence, and one another, in order; forgets those up to it. */
  after(sequence: number, limit: number): CommittedAlert[] {
    const next = this.alerts.findIndex((alert) => alert.sequence > sequence);
    this.alerts = next < 0 ? [] : this.alerts.slice(next);
    const gap = this.alerts.findIndex((alert, i) => alert.sequence !== sequence + 1 + i);
    return this.alerts.slice(0, Math.min(limit, gap < 0 ? this.alerts.length : gap));
  }
}
