import type { ObservationCounts } from '../domain/measured-false-alarm.js';
import type { Duration } from '../domain/time.js';

/** What the cache service needs to be told. */
export interface CacheSettings {
  /** How long an observation stays active after its neutrino time (`test`: after its receipt). */
  readonly expiration: Duration;
  /** Observations per detector and minute of receipt; 0: no limit. */
  readonly detectorQuota: number;
  /** Names the server in its alerts. */
  readonly serverTag: string;
  /** How many observations expire with one command at most, if not as many as usual. */
  readonly expiryPortion?: number;
  /** Who is told of a reset of the live cache; by default nobody is. */
  readonly tellOfResets?: { readonly emails: readonly string[]; readonly slack: boolean };
  /** What the detectors were last seen to send; without it, or before it is known, no false alarm rate is measured. */
  readonly observed?: () => ObservationCounts | null;
}
