import type { AlertType, EngineName } from '../coincidence/engine.js';
import { addDuration, elapsed, formatUtc, type Instant, inSeconds, parseUtc } from '../time.js';

/** Index of an observation in its scenario, from 0. */
type Index = number;

/** An alert: its type, its sub-group, and the observations in it, in order. */
type AlertOf = readonly [AlertType, subGroup: number, observations: readonly Index[]];

/** The result of one observation. */
export interface ScenarioStep {
  readonly alerts: readonly AlertOf[];
  /** All sub-groups afterwards, by number, each with its observations in row order. */
  readonly subGroups: Readonly<Record<number, readonly Index[]>>;
}

export interface Scenario {
  readonly name: string;
  /** What the scenario shows, in one sentence. */
  readonly shows: string;
  /** Detector and neutrino time (UTC) of each message, in the order in which they are sent. */
  readonly observations: readonly (readonly [detector: string, neutrinoTime: string])[];
  readonly expect: Readonly<Record<EngineName, Expectation>>;
}

interface Expectation {
  /** In one sentence. */
  readonly text: string;
  /** One step per observation. */
  readonly steps: readonly ScenarioStep[];
}

/** A message of a scenario. All scenarios of the collaboration use the same p-value. */
export interface ScenarioMessage {
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly p_val: number;
}

const P_VALUE = 0.98;

export function messagesOf({ observations }: Scenario): ScenarioMessage[] {
  return observations.map(([detector, neutrinoTime], index) => ({
    id: `${detector}_CoincidenceTier_${String(index).padStart(3, '0')}`,
    detector_name: detector,
    neutrino_time_utc: neutrinoTime,
    p_val: P_VALUE,
  }));
}

/** The fields of an alert that a scenario determines. */
export interface ExpectedAlert {
  readonly alert_type: AlertType;
  readonly sub_group: number;
  readonly detector_names: readonly string[];
  readonly neutrino_times: readonly string[];
  readonly p_values: readonly (number | null)[];
  readonly p_values_average: number | null;
}

export interface ExpectedRow {
  readonly id: string;
  /** Seconds since the first row of the sub-group. */
  readonly neutrino_time_delta: number;
}

export interface ExpectedSubGroup {
  readonly number: number;
  readonly rows: readonly ExpectedRow[];
}

export interface ExpectedStep {
  readonly alerts: readonly ExpectedAlert[];
  readonly subGroups: readonly ExpectedSubGroup[];
}

/** The expected results after each observation, in the form in which the API returns them. */
export function expectedSteps(scenario: Scenario, engine: EngineName): ExpectedStep[] {
  const messages = messagesOf(scenario);
  const at = (index: Index): ScenarioMessage => {
    const message = messages[index];
    if (message === undefined) throw new Error(`"${scenario.name}" has no observation ${index}`);
    return message;
  };
  return scenario.expect[engine].steps.map(({ alerts, subGroups }) => ({
    alerts: alerts.map(([alert_type, sub_group, indices]) => ({
      alert_type,
      sub_group,
      detector_names: indices.map((index) => at(index).detector_name),
      neutrino_times: indices.map((index) => at(index).neutrino_time_utc),
      p_values: indices.map((index) => at(index).p_val),
      p_values_average: P_VALUE,
    })),
    subGroups: Object.entries(subGroups).map(([number, indices]) => subGroupOf(Number(number), indices.map(at))),
  }));
}

function subGroupOf(number: number, messages: readonly ScenarioMessage[]): ExpectedSubGroup {
  const times = messages.map(({ neutrino_time_utc }) => parseUtc(neutrino_time_utc));
  const rows = messages.map(({ id }, row) => {
    const [first, time] = [times[0], times[row]];
    const delta = first === undefined || time === undefined ? 0 : inSeconds(elapsed(first, time));
    return { id, neutrino_time_delta: delta };
  });
  return { number, rows };
}

/** The messages of a scenario, shifted in time so that the last neutrino time is `end`. */
export function messagesEndingAt(scenario: Scenario, end: Instant): ScenarioMessage[] {
  const messages = messagesOf(scenario);
  const times = messages.map(({ neutrino_time_utc }) => parseUtc(neutrino_time_utc));
  const last = times.reduce((a, b) => (a > b ? a : b));
  return messages.map((message, i) => ({
    ...message,
    neutrino_time_utc: formatUtc(addDuration(end, elapsed(last, times[i] ?? last))),
  }));
}
