import { describe, expect, test } from 'vitest';
import { type ActualStep, isAsExpected } from '../../../src/cli/scenarios/compare.js';
import { OFFICIAL } from '../../../src/domain/scenarios/official.js';
import { type ExpectedStep, expectedSteps, messagesOf } from '../../../src/domain/scenarios/scenario.js';
import { parseUtc } from '../../../src/domain/time.js';
import { expectedOf } from '../../support/expected-steps.js';
import { readTraces, stepsBeforeFailure } from '../../support/traces.js';

const PREFIX = 'official: ';
const recorded = readTraces().filter(({ name }) => name.startsWith(PREFIX));

test('the scenarios are the seven official traces', () => {
  expect(OFFICIAL.map(({ name }) => `${PREFIX}${name}`)).toEqual(recorded.map(({ name }) => name));
});

describe.each(OFFICIAL)('$name', (scenario) => {
  const trace = recorded.find(({ name }) => name === `${PREFIX}${scenario.name}`);
  if (trace === undefined) throw new Error('there is no trace of it');

  test('sends what the trace sends', () => {
    const sent = messagesOf(scenario).map((message) => ({ op: 'observe', ...message }));
    expect(sent.map(instants)).toEqual(trace.ops.map(instants));
  });

  test('expects of `complete` what the trace does', () => {
    expect(exact(expectedSteps(scenario, 'complete'))).toEqual(exact(trace.complete.map(expectedOf)));
  });

  test('expects of `reference` what snews_cs did', () => {
    const steps = stepsBeforeFailure(trace.reference ?? []);
    expect(exact(expectedSteps(scenario, 'reference'))).toEqual(exact(steps.map(expectedOf)));
  });
});

/** Times as instants: the traces write them without Z. */
function instants(op: object): object {
  if (!('neutrino_time_utc' in op) || typeof op.neutrino_time_utc !== 'string') return op;
  return { ...op, neutrino_time_utc: parseUtc(op.neutrino_time_utc) };
}

function exact(steps: readonly ExpectedStep[]) {
  return steps.map(({ alerts, subGroups }) => ({
    subGroups,
    alerts: alerts.map(({ p_values_average: average, neutrino_times, ...alert }) => ({
      ...alert,
      neutrino_times: neutrino_times.map(parseUtc),
      average: average?.toFixed(5),
    })),
  }));
}

describe('what came is compared in all that a trace settles', () => {
  const [scenario] = OFFICIAL;
  if (scenario === undefined) throw new Error('there are no scenarios');
  const step = expectedSteps(scenario, 'complete')[1];
  if (step === undefined) throw new Error('the first scenario has two observations');
  const [alert] = step.alerts;
  const [subGroup] = step.subGroups;
  const came = (changed: { alerts?: object[]; subGroups?: object[] }) =>
    ({ alerts: step.alerts, subGroups: step.subGroups, ...changed }) as unknown as ActualStep;

  test('the same is the same', () => {
    expect(isAsExpected(step, came({}))).toBe(true);
  });

  test.each([
    ['type', { ...alert, alert_type: 'UPDATE' }],
    ['sub-group', { ...alert, sub_group: 1 }],
    ['detectors', { ...alert, detector_names: ['DS-20K', 'XENONnT'] }],
    [
      'time by a nanosecond',
      { ...alert, neutrino_times: [alert?.neutrino_times[0], '2030-01-01T12:34:47.678999001Z'] },
    ],
    ['p-values', { ...alert, p_values: [0.98, null] }],
    ['average', { ...alert, p_values_average: 0.9801 }],
    ['no average', { ...alert, p_values_average: null }],
  ])('an alert of another %s is not', (_what, changed) => {
    expect(isAsExpected(step, came({ alerts: [changed] }))).toBe(false);
  });

  test('no alert, or one more, is not', () => {
    expect(isAsExpected(step, came({ alerts: [] }))).toBe(false);
    expect(isAsExpected(step, came({ alerts: [...step.alerts, ...step.alerts] }))).toBe(false);
  });

  test.each([
    ['number', { ...subGroup, number: 7 }],
    ['order', { ...subGroup, rows: subGroup?.rows.toReversed() }],
    [
      'delta',
      {
        ...subGroup,
        rows: subGroup?.rows.map((row) => ({ ...row, neutrino_time_delta: row.neutrino_time_delta + 1e-8 })),
      },
    ],
  ])('a sub-group of another %s is not', (_what, changed) => {
    expect(isAsExpected(step, came({ subGroups: [changed] }))).toBe(false);
  });
});
