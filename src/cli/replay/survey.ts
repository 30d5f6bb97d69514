import { randomUUID } from 'node:crypto';
import { type CacheName, cacheOf } from '../../domain/cache-name.js';
import { type Instant, parseUtc, TimeError } from '../../domain/time.js';
import type { Fields, ReplayEntry } from './entries.js';

/** A summary of a file, made before anything is sent. */
export interface Survey {
  readonly entries: number;
  /** The first neutrino time in the file, and the latest. */
  readonly firstTime: Instant | undefined;
  readonly latestTime: Instant | undefined;
  /** The caches of all messages, by their flags. */
  readonly caches: ReadonlySet<CacheName>;
  readonly hasReset: boolean;
  /** A new uuid for each uuid of the file: repeated messages stay the same message, and retractions find theirs. */
  readonly freshUuids: ReadonlyMap<string, string>;
}

export async function survey(entries: AsyncIterable<ReplayEntry>): Promise<Survey> {
  let count = 0;
  let hasReset = false;
  let firstTime: Instant | undefined;
  let latestTime: Instant | undefined;
  const caches = new Set<CacheName>();
  const freshUuids = new Map<string, string>();
  for await (const { action } of entries) {
    count++;
    if (action.kind === 'reset') hasReset = true;
    if (action.kind !== 'message') continue;
    const { message } = action;
    caches.add(flaggedCache(message));
    const uuid = uuidOf(message['uuid']);
    if (uuid !== undefined && !freshUuids.has(uuid)) freshUuids.set(uuid, randomUUID());
    const time = neutrinoTimeOf(message);
    firstTime ??= time;
    if (time !== undefined && (latestTime === undefined || time > latestTime)) latestTime = time;
  }
  return { entries: count, firstTime, latestTime, caches, hasReset, freshUuids };
}

/** A uuid as the server compares it; undefined if the value is not a text. */
export function uuidOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(-36).toLowerCase() : undefined;
}

/** The names of the field in messages of current and older clients. */
export const NEUTRINO_TIME_FIELDS = ['neutrino_time_utc', 'neutrino_time'] as const;

/** The neutrino time; undefined if there is none or it is invalid, which the server reports. */
export function neutrinoTimeOf(message: Fields): Instant | undefined {
  for (const name of NEUTRINO_TIME_FIELDS) {
    const time = readTime(message[name]);
    if (time !== undefined) return time;
  }
  return undefined;
}

export function readTime(value: unknown): Instant | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseUtc(value);
  } catch (error) {
    if (error instanceof TimeError) return undefined;
    throw error;
  }
}

/** Older clients set the flags in `meta`, or as "True". */
function flaggedCache(message: Fields): CacheName {
  const meta = message['meta'];
  const places = typeof meta === 'object' && meta !== null ? [message, meta as Fields] : [message];
  const isFlagged = (flag: string) => places.some((fields) => String(fields[flag]).toLowerCase() === 'true');
  return cacheOf({ is_test: isFlagged('is_test'), is_firedrill: isFlagged('is_firedrill') });
}
