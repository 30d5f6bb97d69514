import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineCommand, Observation, SubGroup } from '../../../../src/domain/coincidence/engine.js';
import {
  cacheRows,
  deserializeReference,
  type ReferenceState,
  reference,
  serializeReference,
} from '../../../../src/domain/coincidence/reference.js';
import { inSeconds, parseUtc, seconds } from '../../../../src/domain/time.js';
import { replay, sequences } from '../../../support/sequences.js';
import { expectSteps, play, readTraces, stepsBeforeFailure } from '../../../support/traces.js';

const recorded = readTraces().flatMap(({ name, ops, reference: steps }) => (steps ? [{ name, ops, steps }] : []));

describe('`reference` does what snews_cs did', () => {
  test('in 314 recorded traces', () => {
    expect(recorded).toHaveLength(314);
  });

  test.each(recorded)('$name', ({ ops, steps }) => {
    expectSteps(play(reference, cacheRows, ops), stepsBeforeFailure(steps));
  });

  test.each(recorded)('$name, also if it is told of retractions that find nothing', ({ ops, steps }) => {
    expectSteps(play(reference, cacheRows, ops, 'apply'), stepsBeforeFailure(steps));
  });

  test('but goes on where that raised an exception', () => {
    const failing = recorded.filter(({ steps }) => steps.some((step) => 'error' in step));
    expect(failing.map(({ name }) => name)).toEqual(['mixed-184']);
    for (const { ops, steps } of failing) {
      expect(play(reference, cacheRows, ops)).toHaveLength(ops.length);
      expect(stepsBeforeFailure(steps).length).toBeLessThan(ops.length);
    }
  });
});

describe('`reference`', () => {
  test('ignores leap seconds: 11 s elapsed that are 10 s by the clock coincide', () => {
    const [rows] = rowsAfter(['2016-12-31T23:59:55Z', '2017-01-01T00:00:05Z']);
    expect(rows?.map(({ delta }) => inSeconds(delta))).toEqual([0, 10]);
    expect(rowsAfter(['2016-12-31T23:59:55Z', '2017-01-01T00:00:05.000000001Z'])).toHaveLength(2);
  });

  test('counts a leap second as the second after it', () => {
    const [rows] = rowsAfter(['2016-12-31T23:59:59Z', '2016-12-31T23:59:60.5Z']);
    expect(rows?.map(({ delta }) => inSeconds(delta))).toEqual([0, 1.5]);
  });

  test('has a window of 10 s whatever is configured', () => {
    const times = ['2030-01-01T00:00:00Z', '2030-01-01T00:00:10Z'];
    expect(rowsAfter(times, 1)).toEqual(rowsAfter(times, 60));
    expect(rowsAfter(times, 1)).toHaveLength(1);
  });

  test.each([
    ['2030-01-01T00:00:10Z', 'taken'],
    ['2030-01-01T00:00:10.000000001Z', 'lost'],
    ['2029-12-31T23:59:50Z', 'taken'],
    ['2029-12-31T23:59:49.999999999Z', 'lost'],
  ])('a detector that sends again at %s, the sub-group having begun at 00:00:00, is %s', (time, fate) => {
    const [rows] = rowsAfter(['2030-01-01T00:00:00Z', '2030-01-01T00:00:05Z', time], 10, ['JUNO', 'DUNE', 'DUNE']);
    expect(rows?.some((row) => row.observation.time === parseUtc(time))).toBe(fate === 'taken');
  });

  test.each([
    ['2030-01-01T00:00:00Z', 2],
    ['2029-12-31T23:59:59.999999999Z', 1],
  ])('one at %s stands with one at 00:00:10 in a table of %i: 10 s are inside', (time, size) => {
    const sizes = rowsAfter(['2030-01-01T00:00:10Z', time]).map((rows) => rows.length);
    expect(Math.max(...sizes)).toBe(size);
  });

  test('expires nothing', () => {
    const { state, observations } = stateAfter(['2030-01-01T00:00:00Z', '2030-01-01T00:00:05Z']);
    const step = reference.apply(state, { kind: 'expire', observations });
    expect(step).toEqual({ state, alerts: [], changed: [], closed: [] });
  });

  test('forgets everything at a reset, the order of numbers too', () => {
    const { state } = stateAfter(['2030-01-01T00:00:00Z', '2030-01-01T00:01:00Z']);
    const step = reference.apply(state, { kind: 'reset' });
    expect(step).toEqual({ state: reference.empty(seconds(10)), alerts: [], changed: [], closed: [] });
  });

  test('takes all of a detector, whatever a retraction asks for', () => {
    const { state, observations } = stateAfter(['2030-01-01T00:00:00Z', '2030-01-01T00:01:00Z'], 10, ['JUNO', 'DUNE']);
    const [first] = observations;
    if (first === undefined) throw new Error('nothing was observed');
    const again: Observation = { order: 2, detector: 'JUNO', time: parseUtc('2030-01-01T00:00:01Z') };
    const sent = reference.apply(state, { kind: 'observe', observation: again }).state;
    const step = reference.apply(sent, { kind: 'retract', detector: 'JUNO', observations: [first] });
    expect(cacheRows(step.state).map(({ observation }) => observation.detector)).toEqual(['DUNE']);
    expect(step.closed).toEqual([0]);
  });

  test('tells which sub-groups share observations, counting each once', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { step } of replay(reference, sequence)) {
          const open = reference.subGroups(step.state);
          for (const group of open) {
            const expected = open
              .filter(({ number, rows }) => number !== group.number && rows.length >= 2)
              .map((other) => [other.number, new Set(ordersOf(other).filter(isAmong(ordersOf(group)))).size])
              .filter(([, common]) => common !== 0);
            const shares = reference.sharing(step.state, group);
            expect(shares.map(({ subGroup, observations }) => [subGroup.number, observations])).toEqual(expected);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('reports exactly the sub-groups that changed and those that closed', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { command, before, step } of replay(reference, sequence)) {
          if (command.kind === 'reset') continue;
          const told = (group: SubGroup) => `${group.number}: ${group.rows.map((r) => [r.observation.order, r.delta])}`;
          const old = reference.subGroups(before);
          const now = reference.subGroups(step.state);
          const stood = old.map(told);
          expect(step.changed.map(told)).toEqual(now.map(told).filter((group) => !stood.includes(group)));
          const open = now.map(({ number }) => number);
          expect(step.closed).toEqual(old.map(({ number }) => number).filter((number) => !open.includes(number)));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('leaves the state that a command is applied to as it was', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const played = replay(reference, sequence);
        const told = JSON.stringify(played.map(({ step }) => serializeReference(step.state)));
        for (const { before, activeBefore: observations } of played) {
          for (const { detector } of observations) reference.apply(before, { kind: 'retract', detector, observations });
          reference.apply(before, { kind: 'observe', observation: observation(9999, '2030-01-01T12:34:50Z', 'LVD') });
        }
        expect(JSON.stringify(played.map(({ step }) => serializeReference(step.state)))).toBe(told);
        const again = played.map(({ before, command }) => reference.apply(before, command));
        expect(again).toEqual(played.map(({ step }) => step));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a stored state of `reference`', () => {
  const known = new Map([observation(7, '2030-01-01T00:00:00Z')].map((one) => [one.order, one]));
  const row = { number: 0, order: 7, delta: '0' };
  const number = { number: 0, state: null, rememberedRows: 1 };

  test('is restored from plain JSON, and goes on as it would have', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const byOrder = new Map<number, Observation>();
        for (const { command, before, step } of replay(reference, sequence)) {
          const restored = deserializeReference(JSON.parse(JSON.stringify(serializeReference(before))), byOrder);
          expect(restored).toEqual(before);
          expect(reference.apply(restored, command)).toEqual(step);
          if (command.kind === 'observe') byOrder.set(command.observation.order, command.observation);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('may hold a number that waits for a decision, and gets it with the next', () => {
    const decided = (rememberedRows: number) => {
      const waiting = { rows: [row], numbers: [{ number: 0, state: 'COINC_MSG', rememberedRows }] };
      const restored = deserializeReference(waiting, known);
      expect(serializeReference(restored)).toEqual(waiting);
      const far = observation(8, '2030-01-01T01:00:00Z');
      return reference.apply(restored, { kind: 'observe', observation: far }).alerts.map(({ type }) => type);
    };
    expect(decided(0)).toEqual(['COINC_MSG']);
    expect(decided(1)).toEqual([]);
  });

  test.each([
    [null, 'the state is not an object'],
    ['rows', 'the state is not an object'],
    [{ numbers: [] }, 'rows is not a list'],
    [{ rows: [], numbers: {} }, 'numbers is not a list'],
    [{ rows: [0], numbers: [] }, 'rows[0] is not an object'],
    [{ rows: [row, { ...row, order: 8 }], numbers: [] }, 'observation 8 of rows[1] is unknown'],
    [{ rows: [{ ...row, order: '7' }], numbers: [] }, 'rows[0].order is not a whole number ≥ 0'],
    [{ rows: [{ ...row, number: -1 }], numbers: [] }, 'rows[0].number is not a whole number ≥ 0'],
    [{ rows: [{ ...row, number: 0.5 }], numbers: [] }, 'rows[0].number is not a whole number ≥ 0'],
    [{ rows: [{ ...row, delta: 0 }], numbers: [] }, 'rows[0].delta is not a number of nanoseconds'],
    [{ rows: [{ ...row, delta: '1.5' }], numbers: [] }, 'rows[0].delta is not a number of nanoseconds'],
    [{ rows: [], numbers: [{ ...number, state: 'CLOSED' }] }, 'numbers[0].state is not a state of a number'],
    [{ rows: [], numbers: [{ number: 0 }] }, 'numbers[0].state is not a state of a number'],
    [
      { rows: [], numbers: [{ ...number, rememberedRows: null }] },
      'numbers[0].rememberedRows is not a whole number ≥ 0',
    ],
  ])('%j is refused: %s', (json, problem) => {
    expect(() => deserializeReference(json, known)).toThrow(
      `the stored state of the engine reference can't be restored: ${problem}`,
    );
  });
});

function observation(order: number, time: string, detector = `detector ${order}`): Observation {
  return { order, detector, time: parseUtc(time) };
}

function ordersOf({ rows }: SubGroup): number[] {
  return rows.map((row) => row.observation.order);
}

function isAmong(orders: readonly number[]) {
  return (order: number) => orders.includes(order);
}

/** The state after one observation of each detector. */
function stateAfter(times: readonly string[], window = 10, detectors: readonly string[] = []) {
  const observations = times.map((time, i) => observation(i, time, detectors[i]));
  const commands = observations.map((one): EngineCommand => ({ kind: 'observe', observation: one }));
  const empty: ReferenceState = reference.empty(seconds(window));
  const state = commands.reduce((before, command) => reference.apply(before, command).state, empty);
  return { state, observations };
}

function rowsAfter(times: readonly string[], window?: number, detectors?: readonly string[]) {
  return reference.subGroups(stateAfter(times, window, detectors).state).map(({ rows }) => rows);
}
