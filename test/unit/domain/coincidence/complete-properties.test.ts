import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, complete } from '../../../../src/domain/coincidence/complete.js';
import type {
  Engine,
  EngineAlert,
  EngineCommand,
  Observation,
  Row,
  Step,
  SubGroup,
} from '../../../../src/domain/coincidence/engine.js';
import { type Duration, elapsed, type Instant } from '../../../../src/domain/time.js';
import { oracle } from '../../../support/oracle.js';
import { arrivals, crowds, replay, sequences } from '../../../support/sequences.js';

/** Enough to meet each rare case many times: sequences.test.ts counts them. */
const RUNS = { numRuns: 1000 };

describe('the engine `complete`', () => hasTheProperties(complete));
describe('the brute-force model of it', () => hasTheProperties(oracle));

function hasTheProperties<State>(engine: Engine<State>): void {
  test('complete: all detectors with observations inside one window stand together in a sub-group', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { step, active } of replay(engine, sequence)) {
          const subGroups = engine.subGroups(step.state).map(({ rows }) => detectorsOf(rows));
          const apart = detectorsByWindow(active, sequence.window).filter(
            ({ detectors }) => !subGroups.some((together) => isSubset(detectors, together)),
          );
          expect(apart).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('complete: all detectors with observations inside one window, if two or more, stand together in an alert', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        let sent: EngineAlert[] = [];
        const withdrawn = new Set<number>();
        for (const { command, step, active } of replay(engine, sequence)) {
          sent = command.kind === 'reset' ? [] : [...sent, ...step.alerts];
          if (command.kind === 'retract') for (const { order } of command.observations) withdrawn.add(order);
          if (command.kind === 'observe') withdrawn.delete(command.observation.order);
          const unsaid = detectorsByWindow(active, sequence.window).filter(({ anchor, detectors }) => {
            // An alert that rests on what was withdrawn since, or on another coincidence of theirs, doesn't count.
            const counts = ({ observation }: Row) =>
              !withdrawn.has(observation.order) && distance(observation.time, anchor.time) <= sequence.window;
            return (
              detectors.size >= 2 && !sent.some(({ rows }) => isSubset(detectors, detectorsOf(rows.filter(counts))))
            );
          });
          expect(unsaid).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('sound: no sub-group spans more than the window, and none has a detector twice', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { step } of replay(engine, sequence)) {
          for (const { rows } of [...engine.subGroups(step.state), ...step.changed]) {
            const times = rows.map(({ observation }) => observation.time);
            expect(times.filter((a) => times.some((b) => distance(a, b) > sequence.window))).toEqual([]);
            expect(detectorsOf(rows).size).toBe(rows.length);
          }
        }
      }),
      RUNS,
    );
  });

  test('order-free: with one observation per detector the order of arrival makes no difference to the tables', () => {
    fc.assert(
      fc.property(arrivals, ({ window, one, other }) => {
        const tables = (observations: readonly Observation[]) => {
          const commands = observations.map((observation) => ({ kind: 'observe' as const, observation }));
          const state = replay(engine, { window, commands }).at(-1)?.step.state ?? engine.empty(window);
          return engine
            .subGroups(state)
            .map(({ rows }) => [...detectorsOf(rows)].sort().join())
            .sort();
        };
        expect(tables(other)).toEqual(tables(one));
      }),
      RUNS,
    );
  });

  test('truthful: until an observation expires, the last alert of an open sub-group of two rows or more is its table', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const last = new Map<number, EngineAlert>();
        let hasExpired = false;
        for (const { command, step } of replay(engine, sequence)) {
          if (command.kind === 'reset') {
            last.clear();
            hasExpired = false;
          }
          if (command.kind === 'expire' && command.observations.length > 0) hasExpired = true;
          for (const alert of step.alerts) last.set(alert.subGroup, alert);
          if (hasExpired) continue;
          for (const { number, rows } of engine.subGroups(step.state)) {
            if (rows.length >= 2) expect(last.get(number)?.rows).toEqual(rows);
          }
        }
      }),
      RUNS,
    );
  });

  test('stable: a table whose rows a command does not change keeps its number', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { command, before, step } of replay(engine, sequence)) {
          if (command.kind === 'reset') continue;
          const numbers = new Map(engine.subGroups(before).map(({ number, rows }) => [ordersOf(rows), number]));
          for (const { number, rows } of engine.subGroups(step.state)) {
            expect(numbers.get(ordersOf(rows)) ?? number).toBe(number);
          }
        }
      }),
      RUNS,
    );
  });

  test('quiet: no alert after an observation repeats a table that stood open before', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { command, before, step } of replay(engine, sequence)) {
          if (command.kind !== 'observe') continue;
          const stood = engine.subGroups(before).map(({ rows }) => ordersOf(rows));
          for (const { rows } of step.alerts) expect(stood).not.toContain(ordersOf(rows));
        }
      }),
      RUNS,
    );
  });

  test('local: an observation at t changes only tables anchored in [t - 2w, t + w]', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { command, before, step } of replay(engine, sequence)) {
          if (command.kind === 'reset') continue;
          const isFar = ({ anchor }: SubGroup) => !isAround(anchor.time, command, -2n, 1n, sequence.window);
          expect(engine.subGroups(step.state).filter(isFar)).toEqual(engine.subGroups(before).filter(isFar));
          expect(step.changed.filter(isFar)).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('numbers start at 0 and are never reused before the next reset', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        let next = 0;
        for (const { command, before, step } of replay(engine, sequence)) {
          if (command.kind === 'reset') next = 0;
          const open = new Set(engine.subGroups(before).map(({ number }) => number));
          const opened = engine.subGroups(step.state).filter(({ number }) => !open.has(number));
          if (command.kind === 'reset') expect(opened).toEqual([]);
          for (const { number } of opened) expect(number).toBe(next++);
        }
      }),
      RUNS,
    );
  });

  test('expiry and reset send no alert', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        for (const { command, step } of replay(engine, sequence)) {
          if (command.kind === 'expire' || command.kind === 'reset') expect(step.alerts).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('pure: a command leaves the state that it is applied to as it was', () => {
    const stranger: Observation = { order: 1_000_000, detector: 'LVD', time: 0n as Instant };
    fc.assert(
      fc.property(sequences, (sequence) => {
        const played = replay(engine, sequence);
        const told = played.map(({ before, step }) => [tell(engine, step), engine.subGroups(before).map(tellSubGroup)]);
        for (const { before, activeBefore } of played) {
          for (const other of otherCommands(activeBefore, stranger)) engine.apply(before, other);
        }
        const again = played.map(({ before, command }) => [
          tell(engine, engine.apply(before, command)),
          engine.subGroups(before).map(tellSubGroup),
        ]);
        expect(again).toEqual(told);
        expect(replay(engine, sequence).map(({ step }) => tell(engine, step))).toEqual(told.map(([step]) => step));
      }),
      { numRuns: 200 },
    );
  });
}

describe('`complete` and the brute-force model', () => {
  test('say the same after every command of a random sequence', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const modelled = replay(oracle, sequence).map(({ step }) => tell(oracle, step));
        expect(replay(complete, sequence).map(({ step }) => tell(complete, step))).toEqual(modelled);
      }),
      { numRuns: 4000 },
    );
  });

  test('say the same where windows hold dozens of observations', () => {
    fc.assert(
      fc.property(crowds, (sequence) => {
        const modelled = replay(oracle, sequence).map(({ step }) => tell(oracle, step));
        expect(replay(complete, sequence).map(({ step }) => tell(complete, step))).toEqual(modelled);
      }),
      { numRuns: 200 },
    );
  });

  test('local: all follows from the observations in [t - 3w, t + 3w] and the sub-groups anchored there', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const { window } = sequence;
        for (const { command, before, step, activeBefore } of replay(complete, sequence)) {
          if (command.kind === 'reset') continue;
          const isNear = ({ time }: Observation) => isAround(time, command, -3n, 3n, window);
          const near = assemble(
            window,
            before.nextNumber,
            activeBefore.filter(isNear),
            complete.subGroups(before).filter(({ anchor }) => isNear(anchor)),
          );
          const local = complete.apply(near, command);
          expect(tellOutcome(local)).toEqual(tellOutcome(step));
          expect(local.state.nextNumber).toBe(step.state.nextNumber);
          // Also with which others a changed sub-group shares observations: the events follow from that.
          const told = step.changed.map((subGroup) => tellSharing(complete, step.state, subGroup));
          expect(local.changed.map((subGroup) => tellSharing(complete, local.state, subGroup))).toEqual(told);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** Of each window, the detectors with observations in it. */
function detectorsByWindow(active: readonly Observation[], window: Duration) {
  return active.map((anchor) => {
    const inside = active.filter(({ time }) => time >= anchor.time && elapsed(anchor.time, time) <= window);
    return { anchor, detectors: new Set(inside.map(({ detector }) => detector)) };
  });
}

function detectorsOf(rows: readonly Row[]): Set<string> {
  return new Set(rows.map(({ observation }) => observation.detector));
}

function ordersOf(rows: readonly Row[]): string {
  return rows.map(({ observation }) => observation.order).join();
}

function isSubset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((value) => b.has(value));
}

function distance(a: Instant, b: Instant): Duration {
  return a < b ? elapsed(a, b) : elapsed(b, a);
}

/** Whether a time lies in [t + from·w, t + to·w], t being the time of an observation that comes or goes. */
function isAround(
  time: Instant,
  command: Exclude<EngineCommand, { kind: 'reset' }>,
  from: bigint,
  to: bigint,
  window: Duration,
): boolean {
  const touched = command.kind === 'observe' ? [command.observation] : command.observations;
  return touched.some((one) => time >= one.time + from * window && time <= one.time + to * window);
}

function otherCommands(active: readonly Observation[], stranger: Observation): EngineCommand[] {
  const [first] = active;
  const observation = { ...stranger, time: first?.time ?? stranger.time };
  const detector = first?.detector ?? stranger.detector;
  return [
    { kind: 'observe', observation },
    { kind: 'retract', detector, observations: active.filter((one) => one.detector === detector) },
    { kind: 'expire', observations: active },
    { kind: 'reset' },
  ];
}

/** Everything an engine says after a command, in words that compare. */
function tell<State>(engine: Engine<State>, step: Step<State>) {
  const open = engine.subGroups(step.state);
  const sharing = open.map((subGroup) => tellSharing(engine, step.state, subGroup));
  return { ...tellOutcome(step), open: open.map(tellSubGroup), sharing };
}

function tellSharing<State>(engine: Engine<State>, state: State, subGroup: SubGroup): string[] {
  return engine
    .sharing(state, subGroup)
    .map(({ subGroup: other, observations }) => `${subGroup.number} shares ${observations} with ${tellSubGroup(other)}`)
    .sort();
}

function tellOutcome({ alerts, changed, closed }: Step<unknown>) {
  return {
    alerts: alerts.map(({ type, subGroup, rows }) => `${type} ${subGroup}: ${tellRows(rows)}`),
    changed: changed.map(tellSubGroup),
    closed: closed.join(),
  };
}

function tellSubGroup({ number, anchor, rows }: SubGroup): string {
  return `${number} at ${anchor.order}: ${tellRows(rows)}`;
}

function tellRows(rows: readonly Row[]): string {
  return rows.map(({ observation, delta }) => `${observation.detector}#${observation.order}+${delta}`).join(' ');
}
