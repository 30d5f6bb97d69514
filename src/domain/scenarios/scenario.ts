import type { AlertType, EngineName } from '../coincidence/engine.js';
import { addDuration, elapsed, formatUtc, type Instant, inSeconds, parseUtc } from '../time.js';

/** Observations are named by their place in the scenario, from 0. */
type Place = number;

/** An alert: its type, its sub-group, and the observations that it is made of, in order. */
type AlertOf = readonly [AlertType, subGroup: number, observations: readonly Place[]];

/** What one observation is answered with. */
export interface ScenarioStep {
  readonly alerts: readonly AlertOf[];
  /** The tables afterwards: by number, the observations in row order. */
  readonly tables: Readonly<Record<number, readonly Place[]>>;
}

export interface Scenario {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  /** Detector and neutrino time (UTC) of each message, in the order in which they are sent. */
  readonly observations: readonly (readonly [detector: string, neutrinoTime: string])[];
  readonly expect: Readonly<Record<EngineName, Expectation>>;
}

interface Expectation {
  /** In a sentence. */
  readonly text: string;
  /** A step per observation. */
  readonly steps: readonly ScenarioStep[];
}

/** What is sent; all scenarios of the collaboration have the same p-value. */
export interface ScenarioMessage {
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly p_val: number;
}

const P_VALUE = 0.98;

export function messagesOf({ observations }: Scenario): ScenarioMessage[] {
  return observations.map(([detector, neutrinoTime], place) => ({
    id: `${detector}_CoincidenceTier_${String(place).padStart(3, '0')}`,
    detector_name: detector,
    neutrino_time_utc: neutrinoTime,
    p_val: P_VALUE,
  }));
}

/** An alert as far as a scenario settles it. */
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
  /** Seconds since the table's first row. */
  readonly neutrino_time_delta: number;
}

export interface ExpectedTable {
  readonly number: number;
  readonly rows: readonly ExpectedRow[];
}

export interface ExpectedStep {
  readonly alerts: readonly ExpectedAlert[];
  readonly tables: readonly ExpectedTable[];
}

/** What is to come after each observation, in full. */
export function expectedSteps(scenario: Scenario, engine: EngineName): ExpectedStep[] {
  const messages = messagesOf(scenario);
  const at = (place: Place): ScenarioMessage => {
    const message = messages[place];
    if (message === undefined) throw new Error(`"${scenario.name}" has no observation ${place}`);
    return message;
  };
  return scenario.expect[engine].steps.map(({ alerts, tables }) => ({
    alerts: alerts.map(([alert_type, sub_group, places]) => ({
      alert_type,
      sub_group,
      detector_names: places.map((place) => at(place).detector_name),
      neutrino_times: places.map((place) => at(place).neutrino_time_utc),
      p_values: places.map((place) => at(place).p_val),
      p_values_average: P_VALUE,
    })),
    tables: Object.entries(tables).map(([number, places]) => tableOf(Number(number), places.map(at))),
  }));
}

function tableOf(number: number, messages: readonly ScenarioMessage[]): ExpectedTable {
  const times = messages.map(({ neutrino_time_utc }) => parseUtc(neutrino_time_utc));
  const rows = messages.map(({ id }, row) => {
    const [first, time] = [times[0], times[row]];
    const delta = first === undefined || time === undefined ? 0 : inSeconds(elapsed(first, time));
    return { id, neutrino_time_delta: delta };
  });
  return { number, rows };
}

/** The messages of a scenario as if it happened now: its last neutrino time falls on `end`, the gaps stay. */
export function messagesEndingAt(scenario: Scenario, end: Instant): ScenarioMessage[] {
  const messages = messagesOf(scenario);
  const times = messages.map(({ neutrino_time_utc }) => parseUtc(neutrino_time_utc));
  const last = times.reduce((a, b) => (a > b ? a : b));
  return messages.map((message, i) => ({
    ...message,
    neutrino_time_utc: formatUtc(addDuration(end, elapsed(last, times[i] ?? last))),
  }));
}
