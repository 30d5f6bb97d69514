import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The registered detectors. */
export const DETECTORS: readonly string[] = readDetectors();

function readDetectors(): string[] {
  const file = new URL('../prisma/detectors.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { name: string }[]).map(({ name }) => name);
}

export function detector(index: number): string {
  return DETECTORS[index % DETECTORS.length] as string;
}

/** The same numbers in every run, from 0 to below 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const WINDOW_SECONDS = 10;

/** How long `count` observations last if an interval of one window holds `density` of them on average. */
export function spanSeconds(count: number, density: number): number {
  return (count * WINDOW_SECONDS) / density;
}

const FIRST = Date.UTC(2030, 0, 1);

/** A UTC time so many seconds after 2030 began, with nine decimals. */
export function utc(seconds: number): string {
  const whole = Math.floor(seconds);
  const nanoseconds = Math.floor((seconds - whole) * 1e9);
  const text = new Date(FIRST + whole * 1000).toISOString();
  return `${text.slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z`;
}

export interface Message {
  readonly uuid: string;
  readonly detector_name: string;
  readonly [key: string]: unknown;
}

/** An observation for the test cache, as a detector posts it. */
export function observation(detectorName: string, seconds: number): Message {
  return {
    uuid: randomUUID(),
    detector_name: detectorName,
    neutrino_time_utc: utc(seconds),
    p_val: 0.02,
    is_test: true,
  };
}
