import tai from 't-a-i';

/**
 * UTC, exact to the nanosecond and aware of leap seconds.
 *
 * An `Instant` counts SI nanoseconds of TAI since 1970-01-01T00:00:00 TAI, so a difference of two instants is
 * elapsed SI time, and a leap second (23:59:60) is an ordinary instant. It fits into a signed 64-bit integer until 2262.
 * Leap seconds come from the package t-a-i (IERS Bulletin C).
 */
export type Instant = bigint & { readonly __brand: 'Instant' };

/** Elapsed SI nanoseconds. */
export type Duration = bigint & { readonly __brand: 'Duration' };

export const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;

/** UTC had no whole leap seconds before 1972; 64-bit nanoseconds end in 2262. */
export const FIRST_YEAR = 1972;
export const LAST_YEAR = 2261;

/** A text is not a time, or the time does not exist. The message is meant for the sender. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

/** A period with a constant TAI − UTC. Whole seconds are stored as numbers, which are exact. */
interface Era {
  /** POSIX seconds at which the era begins. */
  readonly begins: number;
  /** TAI − UTC during the era, in seconds. */
  readonly offset: number;
}

/** The eras since 1972, oldest first. Read from t-a-i month by month, because leap seconds are inserted at ends of months. */
export const ERAS: readonly Era[] = readEras();

function readEras(): Era[] {
  const eras: Era[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (let month = 0; month < 12; month++) {
      const posixMilliseconds = Date.UTC(year, month, 1);
      const offset = (tai.oneToOne.unixToAtomic(posixMilliseconds) - posixMilliseconds) / 1000;
      if (eras.at(-1)?.offset !== offset) eras.push({ begins: posixMilliseconds / 1000, offset });
    }
  }
  return eras;
}

/** TAI − UTC in seconds at a POSIX second since 1972. */
function offsetAt(posixSeconds: number): number {
  for (let i = ERAS.length - 1; i > 0; i--) {
    const era = ERAS[i] as Era;
    if (posixSeconds >= era.begins) return era.offset;
  }
  return (ERAS[0] as Era).offset;
}

/** True if the UTC day that begins at this POSIX second ends with a 23:59:60. */
function endsWithLeapSecond(dayBegins: number): boolean {
  const next = dayBegins + SECONDS_PER_DAY;
  return ERAS.some((era, i) => i > 0 && era.begins === next && era.offset > (ERAS[i - 1] as Era).offset);
}

const UTC =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/** The format that `parseUtc` accepts, for the OpenAPI document. `parseUtc` also checks the calendar and leap seconds. */
export const UTC_FORM =
  /^(197[2-9]|19[89]\d|2[01]\d\d|22[0-5]\d|226[01])-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ]([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)([.,]\d{1,9})?)?([Zz]|[+-](0\d|1[0-8]):?[0-5]\d)?$/;

/**
 * Parses a UTC time as detectors write it: `2030-01-01T12:34:45.678999123Z`, with up to nine decimals, with or
 * without `Z`, with a blank instead of the `T`, without seconds, or with an offset (`+01:00`). Without a zone it is UTC.
 * @throws TimeError for other formats, for dates that do not exist, and for 23:59:60 on a day without a leap second
 */
export function parseUtc(text: string): Instant {
  const parts = UTC.exec(text);
  if (parts === null) {
    throw new TimeError('not a time: expected UTC like 2030-01-01T12:34:45.678999123Z (at most nine decimals)');
  }
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6] ?? 0)];
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    throw new TimeError(`the year ${year} is outside ${FIRST_YEAR} to ${LAST_YEAR}, which this server supports`);
  }
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) {
    throw new TimeError(`there is no ${parts[1]}-${parts[2]}-${parts[3]} in the calendar`);
  }
  if (hour > 23 || minute > 59 || second > 60) {
    throw new TimeError(`there is no ${parts[4]}:${parts[5]}:${parts[6] ?? '00'} in a day`);
  }
  const offsetMinutes = offsetFrom(parts);
  const nanoseconds = Number((parts[7] ?? '').padEnd(9, '0'));
  // A leap second has no POSIX second of its own: it is computed from the second before.
  const isLeapSecond = second === 60;
  const posix = midnight.getTime() / 1000 + (hour * 60 + minute - offsetMinutes) * 60 + (isLeapSecond ? 59 : second);
  if (isLeapSecond) requireLeapSecond(posix, text);
  const instant = instantOf(posix + offsetAt(posix) + (isLeapSecond ? 1 : 0), nanoseconds);
  if (instant < EARLIEST || instant > LATEST) {
    throw new TimeError(`the time is outside the years ${FIRST_YEAR} to ${LAST_YEAR}, which this server supports`);
  }
  return instant;
}

function offsetFrom(parts: RegExpExecArray): number {
  if (parts[9] === undefined) return 0;
  const hours = Number(parts[10]);
  const minutes = Number(parts[11]);
  if (hours > 18 || minutes > 59) throw new TimeError(`there is no UTC offset of ${parts[9]}${parts[10]}:${parts[11]}`);
  return (parts[9] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function requireLeapSecond(posixOfSecond59: number, text: string): void {
  const intoDay = posixOfSecond59 % SECONDS_PER_DAY;
  if (intoDay !== SECONDS_PER_DAY - 1 || !endsWithLeapSecond(posixOfSecond59 - intoDay)) {
    throw new TimeError(`${text} names a leap second, but none was inserted then`);
  }
}

const EARLIEST = instantOf(Date.UTC(FIRST_YEAR, 0, 1) / 1000 + 10, 0);
const LATEST = (instantOf(Date.UTC(LAST_YEAR + 1, 0, 1) / 1000 + offsetAt(Date.UTC(LAST_YEAR, 0, 1) / 1000), 0) -
  1n) as Instant;

/** @param atomic seconds of TAI */
function instantOf(atomic: number, nanoseconds: number): Instant {
  return (BigInt(atomic) * NANOSECONDS_PER_SECOND + BigInt(nanoseconds)) as Instant;
}

/** Formats as `2030-01-01T12:34:45.678999123Z`, always with nine decimals and Z; a leap second as 23:59:60. */
export function formatUtc(instant: Instant): string {
  const { posix, isLeapSecond, nanoseconds } = toPosix(instant);
  const text = new Date(posix * 1000).toISOString();
  const seconds = isLeapSecond ? '60' : text.slice(17, 19);
  return `${text.slice(0, 17)}${seconds}.${nanoseconds.toString().padStart(9, '0')}Z`;
}

/** The UTC date of an instant, as `20300101`. */
export function utcDay(instant: Instant): string {
  return formatUtc(instant).slice(0, 10).replaceAll('-', '');
}

/** Splits an instant into POSIX seconds (of the second before, in a leap second) and nanoseconds. */
function toPosix(instant: Instant): { posix: number; isLeapSecond: boolean; nanoseconds: number } {
  const whole = instant / NANOSECONDS_PER_SECOND;
  const nanoseconds = Number(instant - whole * NANOSECONDS_PER_SECOND);
  const atomic = Number(whole);
  for (let i = ERAS.length - 1; i > 0; i--) {
    const { begins, offset } = ERAS[i] as Era;
    if (atomic >= begins + offset) return { posix: atomic - offset, isLeapSecond: false, nanoseconds };
    // The second between the end of the old era and the beginning of the new one is the leap second.
    if (atomic === begins + offset - 1) return { posix: begins - 1, isLeapSecond: true, nanoseconds };
  }
  return { posix: atomic - (ERAS[0] as Era).offset, isLeapSecond: false, nanoseconds };
}

/** Converts POSIX milliseconds (Date.now(), a Kafka timestamp), which do not count leap seconds. */
export function fromPosixMilliseconds(milliseconds: number): Instant {
  const posix = Math.floor(milliseconds / 1000);
  return instantOf(posix + offsetAt(posix), Math.round((milliseconds - posix * 1000) * 1e6));
}

/** POSIX milliseconds, rounded down, for clocks and databases without leap seconds. */
export function toPosixMilliseconds(instant: Instant): number {
  const { posix, nanoseconds } = toPosix(instant);
  return posix * 1000 + Math.floor(nanoseconds / 1_000_000);
}

/** SI nanoseconds from `a` to `b`. */
export function elapsed(a: Instant, b: Instant): Duration {
  return (b - a) as Duration;
}

export function addDuration(instant: Instant, duration: Duration): Instant {
  return (instant + duration) as Instant;
}

export function subtractDuration(instant: Instant, duration: Duration): Instant {
  return (instant - duration) as Instant;
}

/** @param value seconds; the result is exact for up to nine decimals */
export function seconds(value: number): Duration {
  return BigInt(Math.round(value * 1e9)) as Duration;
}

/** Seconds as a floating-point number, rounded. */
export function inSeconds(duration: Duration): number {
  return Number(duration) / 1e9;
}

/**
 * POSIX nanoseconds, which do not count leap seconds: 23:59:60.x has the same value as the following 00:00:00.x. Only for
 * comparison with software that ignores leap seconds.
 */
export function toPosixNanoseconds(instant: Instant): bigint {
  const { posix, isLeapSecond, nanoseconds } = toPosix(instant);
  return BigInt(posix + (isLeapSecond ? 1 : 0)) * NANOSECONDS_PER_SECOND + BigInt(nanoseconds);
}
