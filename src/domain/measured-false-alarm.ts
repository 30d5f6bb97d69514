import { meanYearsBetween, TRIGGER_RATE_HZ } from './false-alarm.js';
import { type Duration, inSeconds } from './time.js';
import type { MeasuredFalseAlarm } from './views.js';

/** How far back a detector's observations count towards its rate. */
export const MEASURED_DAYS = 30;
/** A detector with fewer observations in that time counts with the assumed rate: so few measure nothing. */
const FEWEST_OBSERVATIONS = 5;
/** A server that has observed for less than this knows no detector's rate: one burst would be all that it knows. */
const FEWEST_DAYS = 1;
const DAY_SECONDS = 86_400;

/** What the detectors were seen to send. */
export interface ObservationCounts {
  /** For how long, in days: `MEASURED_DAYS`, or less on a server that is younger. */
  readonly days: number;
  /** How many live observations each detector sent in that time; one that sent none may be missing. */
  readonly byDetector: ReadonlyMap<string, number>;
}

/**
 * How often chance alone makes a coincidence of `coincident` detectors or more within the window, with the rates at
 * which these detectors were seen to trigger; docs/significance.md derives it.
 * @param detectors those that are online: at least `coincident`, each once
 * @param coincident r, the rows of the table; at least two
 */
export function measuredFalseAlarm(
  detectors: readonly string[],
  coincident: number,
  window: Duration,
  observed: ObservationCounts,
): MeasuredFalseAlarm {
  const { days, byDetector } = observed;
  const counts = detectors.map((detector) => byDetector.get(detector) ?? 0);
  const isMeasured = (count: number) => days >= FEWEST_DAYS && count >= FEWEST_OBSERVATIONS;
  const measured = counts.filter(isMeasured).length;
  const rates = counts.map((count) => (isMeasured(count) ? count / (days * DAY_SECONDS) : TRIGGER_RATE_HZ));
  const rate = coincidenceRate(rates, coincident, window);
  return {
    rate_hz: rate,
    mean_years_between: meanYearsBetween(rate),
    detectors_measured: measured,
    detectors_assumed: detectors.length - measured,
    days: Math.round(days * 100) / 100,
  };
}

/**
 * The expected number per second of triggers that at least `multiplicity` − 1 other detectors follow within the
 * window: R = Σ λ_i · P(at least r − 1 of the others trigger within δt). Detectors are independent Poisson processes.
 * Nothing is subtracted, so that rates of 1e-6 Hz and twenty detectors keep all their digits.
 * @param rates λ of each detector, in hertz
 * @param multiplicity r, at least 1
 * @returns hertz; 0 for fewer detectors than that
 */
export function coincidenceRate(rates: readonly number[], multiplicity: number, window: Duration): number {
  const means = rates.map((rate) => rate * inSeconds(window));
  return rates.reduce((sum, rate, i) => sum + rate * probabilityOfAtLeast(multiplicity - 1, means.toSpliced(i, 1)), 0);
}

/** That at least `count` of independent detectors trigger, each with its mean number of triggers. */
function probabilityOfAtLeast(count: number, means: readonly number[]): number {
  // reached[k]: that k of those so far trigger; the last one: that `count` or more do.
  const reached = [1, ...new Array<number>(count).fill(0)];
  for (const mean of means) {
    const triggers = -Math.expm1(-mean);
    const silent = Math.exp(-mean);
    for (let k = count; k >= 0; k--) {
      const stays = k === count ? 1 : silent;
      reached[k] = (reached[k] as number) * stays + (k === 0 ? 0 : (reached[k - 1] as number) * triggers);
    }
  }
  return reached[count] as number;
}
