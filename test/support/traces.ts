import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { AlertType, Engine, Observation, Row } from '../../src/domain/coincidence/engine.js';
import { type Instant, inSeconds, parseUtc, seconds } from '../../src/domain/time.js';

/** What is done in a trace. */
export type TraceOp =
  | ObserveOp
  | { readonly op: 'retract_detector'; readonly detector_name: string }
  | { readonly op: 'retract_latest'; readonly detector_name: string; readonly n: number }
  | { readonly op: 'retract_id'; readonly detector_name: string; readonly id: string }
  | { readonly op: 'reset' };

export interface ObserveOp {
  readonly op: 'observe';
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly p_val: number | null;
}

/** alert_type, sub_group, detector_names, neutrino_times, p_values, p_values_average */
type RecordedAlert = readonly [
  AlertType,
  number,
  readonly string[],
  readonly string[],
  readonly (number | null)[],
  number | null,
];

/** sub_group, id, neutrino_time_delta */
type RecordedRow = readonly [number, string, number];

export interface RecordedStep {
  readonly alerts: readonly RecordedAlert[];
  readonly table: readonly RecordedRow[];
}

interface Failure {
  readonly error: string;
}

export interface Trace {
  readonly name: string;
  readonly ops: readonly TraceOp[];
  readonly reference: readonly (RecordedStep | Failure)[] | null;
  readonly complete: readonly RecordedStep[];
}

export function readTraces(): Trace[] {
  return readFileSync(new URL('../fixtures/coincidence.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Trace);
}

/** The steps before the one at which snews_cs raised an exception, if it did. */
export function stepsBeforeFailure(steps: readonly (RecordedStep | Failure)[]): RecordedStep[] {
  return steps.filter((step): step is RecordedStep => !('error' in step));
}

/** An alert with what subscribers see of it. */
export interface PlayedAlert {
  readonly type: AlertType;
  readonly subGroup: number;
  readonly names: readonly string[];
  readonly times: readonly Instant[];
  readonly pValues: readonly (number | null)[];
  readonly average: number | null;
}

export interface PlayedStep {
  readonly alerts: readonly PlayedAlert[];
  readonly table: readonly { readonly subGroup: number; readonly id: string; readonly delta: number }[];
}

/** All rows of a state in the order to be compared, each with its number. */
export type TableOf<State> = (state: State) => readonly (Row & { readonly number: number })[];

/** For engines whose table is the sub-groups one after the other. */
export function tableBySubGroup<State>(engine: Engine<State>): TableOf<State> {
  return (state) => engine.subGroups(state).flatMap(({ number, rows }) => rows.map((row) => ({ ...row, number })));
}

/** What to do about a retraction that finds nothing: nothing (as the service does), or hand it to the engine. */
export type EmptyRetractions = 'skip' | 'apply';

/** Drives an engine through the ops of a trace. */
export function play<State>(
  engine: Engine<State>,
  tableOf: TableOf<State>,
  ops: readonly TraceOp[],
  emptyRetractions: EmptyRetractions = 'skip',
): PlayedStep[] {
  const messages: ObserveOp[] = [];
  const message = (row: Row): ObserveOp => {
    const found = messages[row.observation.order];
    if (found === undefined) throw new Error(`the engine invented observation ${row.observation.order}`);
    return found;
  };
  let standing: Observation[] = [];
  let state = engine.empty(seconds(10));
  return ops.map((op) => {
    let alerts: PlayedAlert[] = [];
    const run = (command: Parameters<typeof engine.apply>[1]) => {
      const step = engine.apply(state, command);
      state = step.state;
      alerts = step.alerts.map(({ type, subGroup, rows }) => ({
        type,
        subGroup,
        names: rows.map((row) => row.observation.detector),
        times: rows.map((row) => row.observation.time),
        pValues: rows.map((row) => message(row).p_val),
        average: average(rows.map((row) => message(row).p_val)),
      }));
    };
    if (op.op === 'reset') {
      standing = [];
      run({ kind: 'reset' });
    } else if (op.op === 'observe') {
      const observation: Observation = {
        order: messages.push(op) - 1,
        detector: op.detector_name,
        time: parseUtc(op.neutrino_time_utc),
      };
      standing.push(observation);
      run({ kind: 'observe', observation });
    } else {
      const observations = retractedBy(op, standing, (order) => messages[order]?.id);
      standing = standing.filter((observation) => !observations.includes(observation));
      if (observations.length > 0 || emptyRetractions === 'apply') {
        run({ kind: 'retract', detector: op.detector_name, observations });
      }
    }
    const table = tableOf(state).map((row) => ({
      subGroup: row.number,
      id: message(row).id,
      delta: inSeconds(row.delta),
    }));
    return { alerts, table };
  });
}

function retractedBy(
  op: Exclude<TraceOp, { op: 'observe' | 'reset' }>,
  standing: readonly Observation[],
  idOf: (order: number) => string | undefined,
): Observation[] {
  const own = standing.filter(({ detector }) => detector === op.detector_name);
  switch (op.op) {
    case 'retract_detector':
      return own;
    case 'retract_latest':
      // slice(-0) would take all
      return op.n > 0 ? own.slice(-op.n) : [];
    case 'retract_id':
      return own.filter(({ order }) => idOf(order) === op.id);
  }
}

function average(pValues: readonly (number | null)[]): number | null {
  const known = pValues.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

/** Fails unless the steps are the recorded ones. */
export function expectSteps(played: readonly PlayedStep[], recorded: readonly RecordedStep[]): void {
  for (const [i, expected] of recorded.entries()) {
    const step = played[i];
    if (step === undefined) throw new Error(`step ${i} was not played`);
    const where = `step ${i}`;
    expect(step.alerts.map(exactPart), `${where}: alerts`).toEqual(expected.alerts.map(recordedExactPart));
    for (const [j, alert] of step.alerts.entries()) {
      expectClose(alert.average, expected.alerts[j]?.[5], 1e-5, `${where}: average of alert ${j}`);
    }
    expect(
      step.table.map(({ subGroup, id }) => [subGroup, id]),
      `${where}: table`,
    ).toEqual(expected.table.map(([subGroup, id]) => [subGroup, id]));
    for (const [j, row] of step.table.entries()) {
      expectClose(row.delta, expected.table[j]?.[2], 1e-9, `${where}: delta of row ${j}`);
    }
  }
}

const exactPart = ({ type, subGroup, names, times, pValues }: PlayedAlert) => ({
  type,
  subGroup,
  names,
  times,
  pValues,
});

const recordedExactPart = ([type, subGroup, names, times, pValues]: RecordedAlert) => ({
  type,
  subGroup,
  names,
  times: times.map(parseUtc),
  pValues,
});

function expectClose(value: number | null, expected: number | null | undefined, tolerance: number, what: string): void {
  if (typeof value === 'number' && typeof expected === 'number') {
    expect(Math.abs(value - expected), `${what}: ${value} instead of ${expected}`).toBeLessThanOrEqual(tolerance);
  } else {
    expect(value, what).toBe(expected);
  }
}
