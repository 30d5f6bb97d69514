import { addDuration, elapsed, formatUtc, inSeconds, parseUtc, seconds } from '../../domain/time.js';
import type { EventObservation, ShownSubGroup } from '../state/event-observations.js';

/** Height of a detector's lane in pixels. */
export const LANE = 40;

/** A sub-group's window, in seconds since the event's first neutrino time. */
export interface Band {
  /** The index of the sub-group in the event's list. */
  readonly place: number;
  readonly number: number;
  readonly begins: number;
  readonly ends: number;
}

export function bandsOf(subGroups: readonly ShownSubGroup[], first: string, windowSeconds: number): readonly Band[] {
  const zero = parseUtc(first);
  return subGroups.flatMap(({ number, rows }, place) => {
    const [row] = rows;
    if (row === undefined) return [];
    const begins = inSeconds(elapsed(zero, parseUtc(row.neutrino_time_utc)));
    return [{ place, number, begins, ends: begins + windowSeconds }];
  });
}

export interface Scale {
  /** Where the lanes begin, in pixels. */
  readonly left: number;
  /** Seconds at both ends. */
  readonly low: number;
  readonly high: number;
  readonly width: number;
  /** Pixels of seconds since the event's first neutrino time. */
  x(seconds: number): number;
}

const NARROW = 560;

export function createScale(observations: readonly EventObservation[], bands: readonly Band[], width: number): Scale {
  const ends = [...observations.map(({ delta }) => delta), ...bands.flatMap((band) => [band.begins, band.ends])];
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const margin = Math.max((high - low) * 0.04, 1e-6);
  const left = width < NARROW ? 84 : 130;
  const perSecond = (width - left) / (high - low + 2 * margin);
  return { left, low: low - margin, high: high + margin, width, x: (at) => left + (at - low + margin) * perSecond };
}

/** The width of a tick's text in pixels. */
const TICK_ROOM = 88;

/** Ticks at round seconds, with the time of day. */
export function ticksOf({ left, low, high, width }: Scale, first: string) {
  const count = Math.max(2, Math.floor((width - left) / TICK_ROOM));
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const zero = parseUtc(first);
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  const ticks: { readonly seconds: number; readonly utc: string }[] = [];
  for (let i = Math.ceil(low / step); i * step <= high - step * 0.4; i++) {
    const at = Number((i * step).toFixed(decimals));
    const utc = formatUtc(addDuration(zero, seconds(at))).slice(11, 19 + (decimals > 0 ? 4 : 2));
    ticks.push({ seconds: at, utc });
  }
  return ticks;
}
