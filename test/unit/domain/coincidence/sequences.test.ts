import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observation, Row, SubGroup } from '../../../../src/domain/coincidence/engine.js';
import { type Duration, elapsed, type Instant, parseUtc } from '../../../../src/domain/time.js';
import { type OracleState, oracle } from '../../../support/oracle.js';
import { replay, sequences } from '../../../support/sequences.js';

test('the random sequences meet the rare cases', () => {
  const met: Record<string, number> = {};
  const count = (what: string, how = 1) => {
    met[what] = (met[what] ?? 0) + how;
  };
  for (const sequence of fc.sample(sequences, { numRuns: 1000, seed: 20161231 })) {
    for (const { command, before, step, active } of replay(oracle, sequence)) {
      const open = oracle.subGroups(step.state);
      const changed = step.changed.map(({ number }) => number);
      const isNew = (number: number) => !before.subGroups.some((old) => old.number === number);
      const staggered = step.alerts.filter(({ type }) => type === 'COINC_MSG_STAGGERED');
      if (command.kind === 'observe') {
        count('closed by an observation', step.closed.length);
        count('several alerts at once', step.alerts.length > 1 ? 1 : 0);
        count('COINC_MSG_STAGGERED of a known number', staggered.filter(({ subGroup }) => !isNew(subGroup)).length);
        const { observation } = command;
        if (active.some(({ order }) => order > observation.order)) count('observed again after a younger one');
        for (const { time } of active) {
          if (distance(time, observation.time) === sequence.window) count('exactly a window apart');
          if (distance(time, observation.time) === sequence.window + 1n) count('a nanosecond further apart');
        }
        if (active.filter(({ time }) => time === observation.time).length > 1) count('equal times');
      }
      if (command.kind === 'retract') {
        count('uncovered by a retraction', staggered.length);
        count('closed by a retraction', step.closed.length);
        if (command.observations.length > 1) count('several retracted at once');
        if (command.observations.length === 0) count('nothing to retract');
      }
      if (command.kind === 'expire' && command.observations.length > 1) count('several expired at once');
      if (command.kind === 'reset' && before.active.length > 0) count('reset of what is');
      const given = before.subGroups.filter(({ number }) => [...changed, ...step.closed].includes(number));
      count(
        'left over, its number contested',
        open.filter((g) => isNew(g.number) && given.some((old) => shareAny(old, g, step.state))).length,
      );
      count('across the leap second', open.filter(({ rows }) => isAcrossLeapSecond(rows)).length);
      count(
        'rows that are not all of a window',
        open.filter((g) => !holdsItsWindow(g, active, sequence.window)).length,
      );
    }
  }
  for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThanOrEqual(10);
  expect(Object.keys(met)).toHaveLength(16);
});

function shareAny(old: OracleState['subGroups'][number], { number }: SubGroup, state: OracleState): boolean {
  const members = state.subGroups.find((subGroup) => subGroup.number === number)?.members ?? [];
  return members.some(({ order }) => old.members.some((other) => other.order === order));
}

const LEAP_SECOND = parseUtc('2016-12-31T23:59:60Z');

function isAcrossLeapSecond(rows: readonly Row[]): boolean {
  const times = rows.map(({ observation }) => observation.time);
  return times.some((time) => time < LEAP_SECOND) && times.some((time) => time > LEAP_SECOND);
}

function holdsItsWindow({ anchor, rows }: SubGroup, active: readonly Observation[], window: Duration): boolean {
  const inside = active.filter(({ time }) => time >= anchor.time && elapsed(anchor.time, time) <= window);
  return inside.length === rows.length;
}

function distance(a: Instant, b: Instant): Duration {
  return a < b ? elapsed(a, b) : elapsed(b, a);
}
