import type { Alert, CacheName } from '../../client/index.js';
import { elapsed, inSeconds, parseUtc } from '../../domain/time.js';

const TYPES: Readonly<Record<Alert['alert_type'], string>> = {
  COINC_MSG: 'Coincidence',
  COINC_MSG_STAGGERED: 'Coincidence, staggered',
  UPDATE: 'Update',
  RETRACTION: 'Retraction',
};

/** The type of an alert in words. */
export function typeText(type: Alert['alert_type']): string {
  return TYPES[type];
}

const CACHES: Readonly<Record<CacheName, string>> = { live: 'Live', firedrill: 'Fire drill', test: 'Test' };

/** The name of a cache on the screen. */
export function cacheText(cache: CacheName): string {
  return CACHES[cache];
}

/** From the first to the last of some neutrino times, in seconds. */
export function spanSeconds(times: readonly string[]): number {
  const instants = times.map(parseUtc);
  const [first] = instants;
  if (first === undefined) return 0;
  const low = instants.reduce((a, b) => (a < b ? a : b), first);
  const high = instants.reduce((a, b) => (a > b ? a : b), first);
  return inSeconds(elapsed(low, high));
}

export function spanText(times: readonly string[]): string {
  return secondsText(spanSeconds(times));
}

/** `4.2 s`, `< 1 ms`, `3 min 4 s`: rounded. A detector's fast clock makes it negative. */
export function secondsText(seconds: number): string {
  if (seconds < 0) return `−${secondsText(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds < 0.001) return '< 1 ms';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `60.1 ± 1.7`, in seconds: mean and standard deviation. */
export function intervalText({ mean_s, sigma_s }: { readonly mean_s: number; readonly sigma_s: number }): string {
  const decimals = sigma_s < 10 ? 1 : 0;
  return `${mean_s.toFixed(decimals)} ± ${sigma_s.toFixed(decimals)}`;
}

const YEAR_SECONDS = 31_556_926;

/** A false alarm rate: `1 per 40,000 years`. @param years between two false alarms on average */
export function falseAlarmText(years: number): string {
  const one = (count: number, unit: string) => `1 per ${grouped(count)} ${unit}${count === 1 ? '' : 's'}`;
  if (years >= 1e15) return `1 per ${years.toExponential(1).replace('e+', ' × 10^')} years`;
  if (years >= 1e12) return `1 per ${grouped(rounded(years / 1e12))} trillion years`;
  if (years >= 1e9) return `1 per ${grouped(rounded(years / 1e9))} billion years`;
  if (years >= 1e6) return `1 per ${grouped(rounded(years / 1e6))} million years`;
  if (years >= 1) return one(rounded(years), 'year');
  const days = (years * YEAR_SECONDS) / 86_400;
  if (days >= 1) return one(rounded(days), 'day');
  const hours = days * 24;
  return hours >= 1 ? one(rounded(hours), 'hour') : one(rounded(hours * 60), 'minute');
}

/** Three figures. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Made once, because it is slow to make. */
const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 9 });

/** `40,000` */
export function grouped(value: number): string {
  return GROUPED.format(value);
}

/** A p-value with three figures; copies of the table and its CSV have all of them. */
export function pText(p: number): string {
  return String(Number(p.toPrecision(3)));
}

/** `8 s ago`, `3 h ago`. @param then, now POSIX milliseconds */
export function agoText(then: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** `1 alert`, `2 alerts` */
export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** `2026-11-25 01:02:03`: a time without its fraction. */
export function dateTimeText(utc: string): string {
  return utc.slice(0, 19).replace('T', ' ');
}

/** `2026-11-25 01:02:03.678 999 123`: to the nanosecond. */
export function exactText(utc: string): string {
  const fraction = utc.slice(20).replace('Z', '');
  return `${dateTimeText(utc)}.${fraction.replace(/(\d{3})(?=\d)/g, '$1 ')}`;
}
