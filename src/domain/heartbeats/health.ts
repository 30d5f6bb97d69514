/** What a detector says of itself: whether it takes data. */
export const BEAT_STATUSES = ['ON', 'OFF'] as const;
export type BeatStatus = (typeof BEAT_STATUSES)[number];

export const DETECTOR_STATUSES = ['ON', 'OFF', 'LATE', 'UNKNOWN'] as const;
export type DetectorStatus = (typeof DETECTOR_STATUSES)[number];

const MILLISECONDS_PER_SECOND = 1_000;
/** Intervals older than this before the last heartbeat say nothing of a detector; silent for longer, it is off. */
export const DAY_MILLISECONDS = 86_400_000;
/** Fewer heartbeats than this, both ends of their intervals counted, make no usual interval. */
const LEAST_BEATS = 5;
/** A detector that sends by a perfect clock is not late for every delay of a network. */
const LEAST_SIGMA_MILLISECONDS = 1_000;
const TOLERATED_SIGMAS = 3;

/**
 * What the heartbeats of a detector in the 24 h before its last one sum up to, both ends included. Times of receipt in
 * POSIX milliseconds; the sums are exact.
 */
export interface Pulse {
  readonly lastBeat: number;
  readonly lastStatus: BeatStatus;
  /** The first of those heartbeats. */
  readonly firstBeat: number;
  readonly beats: number;
  /** Sum of the squares of the intervals from each of them to the next, in ms². */
  readonly squares: number;
}

/** The usual interval between a detector's heartbeats, in seconds: mean and sample standard deviation. */
export interface UsualInterval {
  readonly mean: number;
  readonly sigma: number;
}

/** How a detector is, as its heartbeats tell. Times in POSIX milliseconds. */
export interface Health {
  readonly status: DetectorStatus;
  /** Null: none has ever come. */
  readonly lastBeat: number | null;
  /** Null: too few heartbeats to tell. */
  readonly usual: UsualInterval | null;
  /** When the next heartbeat is usual: the mean after the last one. Null if none is expected. */
  readonly expectedAt: number | null;
  /** The last instant at which it is not late. Null if none is expected. */
  readonly expectedBy: number | null;
  /** From when on it has been late; null if it is not. */
  readonly lateSince: number | null;
}

/** Null with fewer than five heartbeats. */
export function usualInterval({ firstBeat, lastBeat, beats, squares }: Pulse): UsualInterval | null {
  return beats < LEAST_BEATS ? null : intervalStatistics(beats - 1, lastBeat - firstBeat, squares);
}

/**
 * Mean and sample standard deviation in seconds.
 * @param count of the intervals, @param sum of them in ms, @param squares the sum of their squares in ms²
 */
export function intervalStatistics(count: number, sum: number, squares: number): UsualInterval {
  const mean = sum / count;
  // Squares of a day's milliseconds are exact in a double; rounding may still leave less than nothing.
  const variance = Math.max(0, squares - mean * sum) / (count - 1);
  return { mean: mean / MILLISECONDS_PER_SECOND, sigma: Math.sqrt(variance) / MILLISECONDS_PER_SECOND };
}

/** How long after the last heartbeat a detector becomes late, in milliseconds. */
export function patience({ mean, sigma }: UsualInterval): number {
  return (
    mean * MILLISECONDS_PER_SECOND +
    TOLERATED_SIGMAS * Math.max(sigma * MILLISECONDS_PER_SECOND, LEAST_SIGMA_MILLISECONDS)
  );
}

/**
 * The status of a detector at the time `now` (POSIX milliseconds), by docs/heartbeats.md:
 * UNKNOWN without a heartbeat; OFF if the last one says so, or is more than 24 h ago; LATE if it is more than
 * mean + 3 max(σ, 1 s) ago; else ON.
 */
export function healthOf(pulse: Pulse | null, now: number): Health {
  const nothing = { expectedAt: null, expectedBy: null, lateSince: null };
  if (pulse === null) return { status: 'UNKNOWN', lastBeat: null, usual: null, ...nothing };
  const { lastBeat } = pulse;
  const usual = usualInterval(pulse);
  const silence = now - lastBeat;
  if (pulse.lastStatus === 'OFF' || silence > DAY_MILLISECONDS) return { status: 'OFF', lastBeat, usual, ...nothing };
  if (usual === null) return { status: 'ON', lastBeat, usual, ...nothing };
  const expectedAt = lastBeat + usual.mean * MILLISECONDS_PER_SECOND;
  const expectedBy = lastBeat + patience(usual);
  const isLate = silence > patience(usual);
  return {
    status: isLate ? 'LATE' : 'ON',
    lastBeat,
    usual,
    expectedAt,
    expectedBy,
    lateSince: isLate ? expectedBy : null,
  };
}
