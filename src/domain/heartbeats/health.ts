/** The status in a heartbeat: whether the detector takes data. */
export const HEARTBEAT_STATUSES = ['ON', 'OFF'] as const;
export type HeartbeatStatus = (typeof HEARTBEAT_STATUSES)[number];

export const DETECTOR_STATUSES = ['ON', 'OFF', 'LATE', 'UNKNOWN'] as const;
export type DetectorStatus = (typeof DETECTOR_STATUSES)[number];

const MILLISECONDS_PER_SECOND = 1_000;
/**
 * Only heartbeats of this period before the last one count for the usual interval, and a detector without a heartbeat for
 * this time is OFF.
 */
export const DAY_MILLISECONDS = 86_400_000;
/** The usual interval is computed from at least this many heartbeats. */
const LEAST_HEARTBEATS = 5;
/** The least σ: for a detector with an exact clock, a delay on the network would exceed three times its own σ. */
const LEAST_SIGMA_MILLISECONDS = 1_000;
const TOLERATED_SIGMAS = 3;

/**
 * Sums over the heartbeats of a detector in the 24 h before its last one, both ends included. Times are times of receipt in
 * POSIX milliseconds; the sums are exact.
 */
export interface HeartbeatSums {
  readonly lastHeartbeat: number;
  readonly lastStatus: HeartbeatStatus;
  /** Time of the first of these heartbeats. */
  readonly firstHeartbeat: number;
  readonly heartbeats: number;
  /** Sum of the squared intervals between successive heartbeats, in ms². */
  readonly squares: number;
}

/** The usual interval between a detector's heartbeats, in seconds: mean and sample standard deviation. */
export interface UsualInterval {
  readonly mean: number;
  readonly sigma: number;
}

/** The status of a detector according to its heartbeats. Times are POSIX milliseconds. */
export interface Health {
  readonly status: DetectorStatus;
  /** Null if the detector has never sent a heartbeat. */
  readonly lastHeartbeat: number | null;
  /** Null if there are too few heartbeats. */
  readonly usual: UsualInterval | null;
  /** When the next heartbeat is expected: the mean interval after the last one. Null if none is expected. */
  readonly expectedAt: number | null;
  /** After this time the detector is late. Null if no heartbeat is expected. */
  readonly expectedBy: number | null;
  /** Since when the detector has been late; null if it is not. */
  readonly lateSince: number | null;
}

/** @returns null if there are fewer than five heartbeats */
export function usualInterval({
  firstHeartbeat,
  lastHeartbeat,
  heartbeats,
  squares,
}: HeartbeatSums): UsualInterval | null {
  return heartbeats < LEAST_HEARTBEATS
    ? null
    : intervalStatistics(heartbeats - 1, lastHeartbeat - firstHeartbeat, squares);
}

/**
 * Mean and sample standard deviation, in seconds.
 * @param count number of intervals, at least 2
 * @param sum sum of the intervals, in ms
 * @param squares sum of the squared intervals, in ms²
 */
export function intervalStatistics(count: number, sum: number, squares: number): UsualInterval {
  const mean = sum / count;
  // The sums are exact in a double, but the rounded mean may make the difference negative.
  const variance = Math.max(0, squares - mean * sum) / (count - 1);
  return { mean: mean / MILLISECONDS_PER_SECOND, sigma: Math.sqrt(variance) / MILLISECONDS_PER_SECOND };
}

/** How long after the last heartbeat a detector becomes late, in milliseconds. */
export function toleratedSilence({ mean, sigma }: UsualInterval): number {
  return (
    mean * MILLISECONDS_PER_SECOND +
    TOLERATED_SIGMAS * Math.max(sigma * MILLISECONDS_PER_SECOND, LEAST_SIGMA_MILLISECONDS)
  );
}

/**
 * The status of a detector at the time `now` (POSIX milliseconds), see docs/heartbeats.md:
 * UNKNOWN without any heartbeat; OFF if the last one says OFF or is more than 24 h old; LATE if it is older than
 * mean + 3 max(σ, 1 s); else ON.
 */
export function healthOf(sums: HeartbeatSums | null, now: number): Health {
  const noneExpected = { expectedAt: null, expectedBy: null, lateSince: null };
  if (sums === null) return { status: 'UNKNOWN', lastHeartbeat: null, usual: null, ...noneExpected };
  const { lastHeartbeat } = sums;
  const usual = usualInterval(sums);
  const silence = now - lastHeartbeat;
  if (sums.lastStatus === 'OFF' || silence > DAY_MILLISECONDS)
    return { status: 'OFF', lastHeartbeat, usual, ...noneExpected };
  if (usual === null) return { status: 'ON', lastHeartbeat, usual, ...noneExpected };
  const expectedAt = lastHeartbeat + usual.mean * MILLISECONDS_PER_SECOND;
  const expectedBy = lastHeartbeat + toleratedSilence(usual);
  const isLate = silence > toleratedSilence(usual);
  return {
    status: isLate ? 'LATE' : 'ON',
    lastHeartbeat,
    usual,
    expectedAt,
    expectedBy,
    lateSince: isLate ? expectedBy : null,
  };
}
