import { meanYearsBetween, TRIGGER_RATE_HZ } from './false-alarm.js';
import { type Duration, inSeconds } from './time.js';
import type { MeasuredFalseAlarm } from './views.js';

/** A detector's rate is measured over this many days. */
export const MEASURED_DAYS = 30;
/** A detector with fewer observations in that time gets the assumed rate: so few do not determine a rate. */
const FEWEST_OBSERVATIONS = 5;
/** A server that has run for less time uses the assumed rate for all detectors: one burst would dominate the rates. */
const FEWEST_DAYS = 1;
const DAY_SECONDS = 86_400;

/** Numbers of observations from which the detectors' rates are measured. */
export interface ObservationCounts {
  /** Length of the measurement in days: `MEASURED_DAYS`, or less on a server that has run for less time. */
  readonly days: number;
  /** Number of live observations of each detector in that time. Detectors without any may be missing. */
  readonly byDetector: ReadonlyMap<string, number>;
}

/**
 * Rate of coincidences of at least `coincident` detectors within the window that are due to chance, from the measured rates
 * of these detectors. docs/significance.md derives the formula.
 * @param detectors the online detectors, at least `coincident`, each once
 * @param coincident r, the number of detectors in the sub-group; at least 2
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
 * Rate of observations that are followed, within the window, by observations of at least `multiplicity` − 1 other
 * detectors: R = Σ λ_i · P(at least r − 1 of the others observe within δt). Detectors are independent Poisson processes.
 * The computation has no subtractions, so that rates of 1e-6 Hz and twenty detectors keep their precision.
 * @param rates λ of each detector, in hertz
 * @param multiplicity r, at least 1
 * @returns hertz; 0 if there are fewer detectors than r
 */
export function coincidenceRate(rates: readonly number[], multiplicity: number, window: Duration): number {
  const means = rates.map((rate) => rate * inSeconds(window));
  return rates.reduce((sum, rate, i) => sum + rate * probabilityOfAtLeast(multiplicity - 1, means.toSpliced(i, 1)), 0);
}

/** Probability that at least `count` detectors observe, given the mean number of observations of each. */
function probabilityOfAtLeast(count: number, means: readonly number[]): number {
  // reached[k]: probability that exactly k of the detectors so far observe; reached[count]: that at least `count` do.
  const reached = [1, ...new Array<number>(count).fill(0)];
  for (const mean of means) {
    const observes = -Math.expm1(-mean);
    const silent = Math.exp(-mean);
    for (let k = count; k >= 0; k--) {
      const stays = k === count ? 1 : silent;
      reached[k] = (reached[k] as number) * stays + (k === 0 ? 0 : (reached[k - 1] as number) * observes);
    }
  }
  return reached[count] as number;
}
