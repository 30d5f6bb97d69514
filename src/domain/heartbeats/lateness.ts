import type { Health, UsualInterval } from './health.js';

/** With fewer detectors on there can be no coincidence. */
export const ENOUGH_DETECTORS = 2;
/** Whoever has not looked for so long was away, and could not hear anybody meanwhile. */
const LONGEST_PAUSE_MILLISECONDS = 180_000;

/** What the watcher remembers from one look to the next. Times in POSIX milliseconds. */
export interface WatchMemory {
  readonly lookedAt: number;
  /** When watching last began anew. */
  readonly resumedAt: number;
  /** When enough detectors were last on, or may have been; null: they never were. */
  readonly wellAt: number | null;
}

/** A detector that is late, though somebody was there to hear it. */
export interface LateDetector {
  readonly name: string;
  readonly lastBeat: number;
  readonly usual: UsualInterval;
  readonly expectedAt: number;
}

export interface Judgement {
  readonly memory: WatchMemory;
  readonly late: readonly LateDetector[];
  /** The detectors that are on, as their heartbeats tell. */
  readonly on: readonly string[];
  /** Since when too few detectors have been on, if that is long enough to tell; else null. */
  readonly quietSince: number | null;
}

/**
 * Who is to be warned of. Silence counts from when watching began anew: while the server was away it could not hear
 * anybody, so a detector is late only when it has been silent for its whole patience since. A network in which enough
 * detectors were never on is not quiet: it has not begun.
 * @param health each detector's, at the time `now` in POSIX milliseconds
 * @param quietAfter how long too few detectors must have been on, in milliseconds
 */
export function judge(
  health: ReadonlyMap<string, Health>,
  before: WatchMemory | null,
  now: number,
  quietAfter: number,
): Judgement {
  const wasThere = before !== null && now - before.lookedAt <= LONGEST_PAUSE_MILLISECONDS;
  const resumedAt = wasThere ? before.resumedAt : now;
  const late: LateDetector[] = [];
  const on: string[] = [];
  /** How many may have been heard, had the server been there: no reason for a warning, nor for an all-clear. */
  let doubtful = 0;
  for (const [name, { status, lastBeat, usual, expectedAt, expectedBy }] of health) {
    if (status === 'ON') on.push(name);
    if (status !== 'LATE' || lastBeat === null || usual === null || expectedAt === null || expectedBy === null)
      continue;
    if (now > resumedAt + (expectedBy - lastBeat)) late.push({ name, lastBeat, usual, expectedAt });
    else doubtful += 1;
  }
  const mayBeOn = on.length + doubtful;
  const wellAt = mayBeOn >= ENOUGH_DETECTORS ? now : (before?.wellAt ?? null);
  const isQuiet = wellAt !== null && now - Math.max(wellAt, resumedAt) >= quietAfter;
  return {
    memory: { lookedAt: now, resumedAt, wellAt },
    late,
    on,
    quietSince: mayBeOn < ENOUGH_DETECTORS && isQuiet ? wellAt : null,
  };
}
