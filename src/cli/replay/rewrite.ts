import { randomUUID } from 'node:crypto';
import type { CacheName } from '../../domain/cache-name.js';
import {
  addDuration,
  type Duration,
  elapsed,
  formatUtc,
  type Instant,
  seconds,
  subtractDuration,
} from '../../domain/time.js';
import type { Fields } from './entries.js';
import { NEUTRINO_TIME_FIELDS, readTime, type Survey, uuidOf } from './survey.js';

/** The changes that are made to messages of the file before they are sent. */
export interface Rewriting {
  readonly freshUuids: Survey['freshUuids'];
  /** Added to all times; undefined: times stay unchanged. */
  readonly shift: Duration | undefined;
  /** The cache of all messages; undefined: by their flags. */
  readonly cache: CacheName | undefined;
}

const TIME_FIELDS = [...NEUTRINO_TIME_FIELDS, 'machine_time_utc', 'machine_time', 'sent_time_utc', 'sent_time'];
const CACHE_FLAGS = ['is_test', 'is_firedrill'];

/** The message as it is sent. All other fields stay as in the file. */
export function rewrite(message: Fields, { freshUuids, shift, cache }: Rewriting): Fields & { readonly uuid: string } {
  const target = uuidOf(message['retract_message_uuid']);
  // A uuid that is not in the file may be known to the server.
  const freshTarget = target === undefined ? undefined : freshUuids.get(target);
  return {
    ...message,
    ...(cache === undefined ? {} : flagsFor(message, cache)),
    ...(shift === undefined ? {} : shifted(message, shift)),
    ...(freshTarget === undefined ? {} : { retract_message_uuid: freshTarget }),
    uuid: freshUuids.get(uuidOf(message['uuid']) ?? '') ?? randomUUID(),
  };
}

function flagsFor({ meta }: Fields, cache: CacheName): Fields {
  const flags = { is_test: cache === 'test', is_firedrill: cache === 'firedrill' };
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return flags;
  // Older clients set the flags there, where the server also reads them.
  const rest = Object.entries(meta).filter(([name]) => !CACHE_FLAGS.includes(name));
  return { ...flags, meta: Object.fromEntries(rest) };
}

function shifted(message: Fields, shift: Duration): Fields {
  const times = TIME_FIELDS.flatMap((name) => {
    const time = readTime(message[name]);
    return time === undefined ? [] : [[name, formatUtc(addDuration(time, shift))] as const];
  });
  return Object.fromEntries(times);
}

/** The server rejects times in the future: the last message is sent this long after its neutrino time. */
const BEFORE_NOW = seconds(1);

/**
 * The duration by which times are moved so that the latest is just before the time at which it will be sent. No time is
 * in the future when it is sent, and the intervals stay the same.
 * @param speed as --speed; undefined: as fast as possible
 */
export function shiftToNow(
  { firstTime, latestTime }: Pick<Survey, 'firstTime' | 'latestTime'>,
  start: Instant,
  speed: number | undefined,
): Duration | undefined {
  if (firstTime === undefined || latestTime === undefined) return undefined;
  const span = elapsed(firstTime, latestTime);
  // At a speed below 1 the first message would otherwise be sent before its time.
  const lasts = speed === undefined ? 0n : speed < 1 ? span : BigInt(Math.floor(Number(span) / speed));
  const last = addDuration(subtractDuration(start, BEFORE_NOW), lasts as Duration);
  return elapsed(latestTime, last);
}

/** Milliseconds after the first message at which a message is due. */
export function dueAfter(firstTime: Instant, time: Instant, speed: number): number {
  return Number(elapsed(firstTime, time)) / 1e6 / speed;
}
