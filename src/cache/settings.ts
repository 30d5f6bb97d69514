import type { Duration } from '../domain/time.js';

/** What the cache service needs of the configuration. */
export interface CacheSettings {
  /** How long an observation stays active after its neutrino time (`test`: after its receipt). */
  readonly expiration: Duration;
  /** Observations per detector and minute of receipt; 0: no limit. */
  readonly detectorQuota: number;
  /** Names the server in its alerts. */
  readonly serverTag: string;
}
