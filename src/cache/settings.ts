import type { ObservationCounts } from '../domain/measured-false-alarm.js';
import type { Duration } from '../domain/time.js';

/** Settings of the cache service. */
export interface CacheSettings {
  /** How long an observation stays active after its neutrino time (`test`: after its receipt). */
  readonly expiration: Duration;
  /** Observations per detector and minute of receipt; 0: no limit. */
  readonly detectorQuota: number;
  /** The name of the server in its alerts. */
  readonly serverTag: string;
  /** The largest number of observations that expire with one command; by default MOST_IN_PORTION. */
  readonly expiryPortion?: number;
  /** The recipients of notices about a reset of the live cache; by default none. */
  readonly tellOfResets?: { readonly emails: readonly string[]; readonly slack: boolean };
  /** The measured rates of the detectors. Without them, alerts have no measured false alarm rate. */
  readonly observed?: () => ObservationCounts | null;
}
