import { type Duration, inSeconds } from './time.js';
import type { AssumedFalseAlarm, FalseAlarm } from './views.js';

/** Assumed rate of false observations of one detector, in hertz: one per week. */
export const TRIGGER_RATE_HZ = 1 / 604_800;
/** A Julian-epoch tropical year, in seconds. */
const SECONDS_PER_YEAR = 31_556_926;

/** Mean time in years between occurrences of a rate in hertz. */
export function meanYearsBetween(rate: number): number {
  return 1 / (rate * SECONDS_PER_YEAR);
}

/**
 * Rate of coincidences of `coincident` detectors within the window that are due to chance:
 * R = (C(n, r) + 1) · F^r · δt^(r−1).
 * @param online n, the number of online detectors; raised to `coincident` if it is smaller
 * @param coincident r, the number of detectors in the sub-group; at least 2
 */
export function falseAlarm(online: number, coincident: number, window: Duration): AssumedFalseAlarm {
  const n = Math.max(online, coincident);
  const rate =
    (combinations(n, coincident) + 1) * TRIGGER_RATE_HZ ** coincident * inSeconds(window) ** (coincident - 1);
  return {
    rate_hz: rate,
    mean_years_between: meanYearsBetween(rate),
    online_detectors: n,
    coincident_detectors: coincident,
  };
}

/** The value of the alert field "False Alarm Prob", and the measured rate in the same form: `7.93e-10 Hz (1 per 39.97 years)` or `N/A`. */
export function falseAlarmText(figure: Pick<FalseAlarm, 'rate_hz' | 'mean_years_between'> | null): string {
  if (figure === null) return 'N/A';
  const years = figure.mean_years_between;
  const text = years >= 1e6 || years < 0.01 ? years.toExponential(2) : years.toFixed(2);
  return `${figure.rate_hz.toExponential(2)} Hz (1 per ${text} years)`;
}

function combinations(n: number, r: number): number {
  let result = 1;
  for (let i = 1; i <= r; i++) result = (result * (n - r + i)) / i;
  return Math.round(result);
}
