import type { Health, UsualInterval } from './health.js';

/** A coincidence needs this many detectors. */
export const ENOUGH_DETECTORS = 2;
/** If the last check is older than this, the server was down in between and may have missed heartbeats. */
const LONGEST_PAUSE_MILLISECONDS = 180_000;

/** State that is kept from one check to the next. Times are POSIX milliseconds. */
export interface LatenessState {
  /** Time of the last check. */
  readonly checkedAt: number;
  /** Time of the first check after the server was last down. */
  readonly resumedAt: number;
  /** When enough detectors were, or may have been, ON for the last time; null if they never were. */
  readonly lastEnoughAt: number | null;
}

/** A detector that is late while the server was running. */
export interface LateDetector {
  readonly name: string;
  readonly lastHeartbeat: number;
  readonly usual: UsualInterval;
  readonly expectedAt: number;
}

export interface LatenessAssessment {
  readonly state: LatenessState;
  readonly late: readonly LateDetector[];
  /** The detectors whose status is ON. */
  readonly on: readonly string[];
  /** Since when too few detectors have been ON, if that is long enough for a warning; else null. */
  readonly quietSince: number | null;
}

/**
 * Decides which detectors are late and whether the network is quiet. Heartbeats that were sent while the server was down
 * are lost. Therefore a detector counts as late only if its heartbeat has been missing for the whole tolerated time since
 * the server resumed. A network in which enough detectors were never ON is not quiet: operation has not begun.
 * @param health health of each detector at the time `now`
 * @param before state after the previous check; null at the first one
 * @param now POSIX milliseconds
 * @param quietAfter for how long too few detectors must have been ON, in milliseconds
 */
export function assessLateness(
  health: ReadonlyMap<string, Health>,
  before: LatenessState | null,
  now: number,
  quietAfter: number,
): LatenessAssessment {
  const wasRunning = before !== null && now - before.checkedAt <= LONGEST_PAUSE_MILLISECONDS;
  const resumedAt = wasRunning ? before.resumedAt : now;
  const late: LateDetector[] = [];
  const on: string[] = [];
  /** Number of late detectors whose heartbeats may have been lost: they justify neither a warning nor its end. */
  let doubtful = 0;
  for (const [name, { status, lastHeartbeat, usual, expectedAt, expectedBy }] of health) {
    if (status === 'ON') on.push(name);
    if (status !== 'LATE' || lastHeartbeat === null || usual === null || expectedAt === null || expectedBy === null)
      continue;
    if (now > resumedAt + (expectedBy - lastHeartbeat)) late.push({ name, lastHeartbeat, usual, expectedAt });
    else doubtful += 1;
  }
  const mayBeOn = on.length + doubtful;
  const lastEnoughAt = mayBeOn >= ENOUGH_DETECTORS ? now : (before?.lastEnoughAt ?? null);
  const isQuiet = lastEnoughAt !== null && now - Math.max(lastEnoughAt, resumedAt) >= quietAfter;
  return {
    state: { checkedAt: now, resumedAt, lastEnoughAt },
    late,
    on,
    quietSince: mayBeOn < ENOUGH_DETECTORS && isQuiet ? lastEnoughAt : null,
  };
}
