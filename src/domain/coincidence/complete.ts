import type { Duration, Instant } from '../time.js';
import { alertsAfterObservation, alertsAfterRetraction, type SubGroupChange } from './announce.js';
import type { Engine, Observation, Sharing, Step, SubGroup } from './engine.js';
import { heirs } from './numbering.js';
import { firstAfter, firstNotBefore } from './sorted-times.js';
import { type Observations, type Span, type SubGroups, Timeline } from './timeline.js';
import { heldBy, sameRows, toRows, type WindowTable, windowTables } from './windows.js';

/**
 * The engine `complete`: every maximal window of active observations has its table, so whatever coincides
 * stands together in one. A command at time t touches only tables anchored in [t − 2w, t + w], and these follow
 * from the observations in [t − 3w, t + 3w]: the engine looks at nothing else, so a state that holds just that
 * neighbourhood (`assemble`) gives the same result as the whole cache.
 */
export interface CompleteState {
  readonly window: Duration;
  readonly nextNumber: number;
  /** The active observations. */
  readonly observations: Observations;
  /** The open sub-groups, by anchor. */
  readonly subGroups: SubGroups;
}

export const complete: Engine<CompleteState> = {
  name: 'complete',

  empty: (window) => assemble(window, 0, [], []),

  apply(state, command) {
    switch (command.kind) {
      case 'observe':
        return change(state, [command.observation], [], alertsAfterObservation);
      case 'retract':
        return change(state, [], command.observations, (changes) =>
          alertsAfterRetraction(changes, command.observations),
        );
      case 'expire':
        return change(state, [], command.observations, () => []);
      case 'reset':
        return { state: complete.empty(state.window), alerts: [], changed: [], closed: [] };
    }
  },

  subGroups: (state) => state.subGroups.values().sort((a, b) => a.number - b.number),

  sharing(state, subGroup): Sharing[] {
    const { time } = subGroup.anchor;
    const width = Number(state.window);
    const others = state.subGroups.between(time, -width, width);
    const found: Sharing[] = [];
    for (const [i, other] of others.values.entries()) {
      if (other.number === subGroup.number || other.rows.length < 2) continue;
      const distance = others.times[i] as number;
      const shared = state.observations.count(time, Math.max(0, distance), Math.min(0, distance) + width);
      if (shared > 0) found.push({ subGroup: other, observations: shared });
    }
    return found;
  },
};

/** As many are taken at once: more would be one long stretch of time, fewer look at their surroundings more often. */
const AT_ONCE = 1_000;

/**
 * The tables of a state with these observations, whatever order they came in: the same as of one after the other, but
 * for the numbers. @param observations best in order of time
 */
export function observeAll(state: CompleteState, observations: readonly Observation[]): CompleteState {
  let reached = state;
  for (let first = 0; first < observations.length; first += AT_ONCE) {
    reached = change(reached, observations.slice(first, first + AT_ONCE), [], () => []).state;
  }
  return reached;
}

/**
 * A state made of what is known: a whole cache, or the neighbourhood of the commands to come.
 * @param nextNumber the number that the next new sub-group gets
 * @param subGroups the open ones; their anchors and rows are among the observations
 */
export function assemble(
  window: Duration,
  nextNumber: number,
  observations: readonly Observation[],
  subGroups: readonly SubGroup[],
): CompleteState {
  return {
    window,
    nextNumber,
    observations: Timeline.of(observations, window, (observation) => observation),
    subGroups: Timeline.of(subGroups, window, (subGroup) => subGroup.anchor),
  };
}

/** A stretch of time in which tables may change; its times count from its origin. */
interface Stretch {
  readonly origin: Instant;
  readonly from: number;
  readonly to: number;
  /** When observations came or went in it, ascending. */
  readonly touched: readonly number[];
}

function change(
  state: CompleteState,
  added: readonly Observation[],
  removed: readonly Observation[],
  announce: (changes: readonly SubGroupChange[]) => Step<CompleteState>['alerts'],
): Step<CompleteState> {
  const { window } = state;
  const observations = state.observations.with(removed, added);
  const changes: SubGroupChange[] = [];
  const changed: SubGroup[] = [];
  const closed: SubGroup[] = [];
  const moved: Observation[] = [];
  let { nextNumber } = state;
  for (const { table, old } of successions(state, observations, added, removed)) {
    if (table === undefined) {
      closed.push(old);
      changes.push({ before: old, after: undefined });
      moved.push(old.anchor);
      continue;
    }
    const after = successor(table, old, old?.number ?? nextNumber);
    if (old === undefined) nextNumber++;
    else if (old.anchor.order !== after.anchor.order) moved.push(old.anchor);
    changed.push(after);
    changes.push({ before: old, after });
  }
  return {
    state: { window, nextNumber, observations, subGroups: state.subGroups.with(moved, changed) },
    alerts: announce(changes),
    changed: changed.sort((a, b) => a.number - b.number),
    closed: closed.map(({ number }) => number).sort((a, b) => a - b),
  };
}

/** A table that isn't as it was, with the old sub-group that it goes on from; or one that nothing goes on from. */
type Succession =
  | { readonly table: WindowTable; readonly old: SubGroup | undefined }
  | { readonly table: undefined; readonly old: SubGroup };

/** What differs in the tables, in order of the tables' anchors. Stretches share no window: each is settled alone. */
function successions(
  state: CompleteState,
  observations: Observations,
  added: readonly Observation[],
  removed: readonly Observation[],
): Succession[] {
  const width = Number(state.window);
  const arrived = removed.length === 0 && added.length === 1 ? added[0] : undefined;
  if (arrived !== undefined && isAlone(arrived, observations, width)) {
    const table = { anchor: arrived, time: 0, rows: toRows([arrived]), stood: undefined };
    return [{ table, old: undefined }];
  }
  const found: Succession[] = [];
  for (const { origin, from, to, touched } of stretchesAround([...added, ...removed], state.window)) {
    const observed = observations.between(origin, from - width, to + width);
    const standing = state.subGroups.between(origin, from - width, to + width);
    const tables = windowTables({ observed, standing, touched, arrived }, from, to, width);
    const { changed, left } = differences(tables, standing, from, to);
    const common = () => (arrived === undefined ? observed.times : timesBut(observed, arrived));
    const inherited = heirs(changed, left, common, width);
    const taken = new Set<SubGroup>();
    for (const table of changed) {
      const old = inherited.get(table);
      if (old !== undefined) taken.add(old);
      found.push({ table, old });
    }
    for (const old of left.values) if (!taken.has(old)) found.push({ table: undefined, old });
  }
  return found;
}

/** True if no other observation is within a window of it: then none but its own window has changed. */
function isAlone({ time }: Observation, observations: Observations, width: number): boolean {
  return observations.count(time, -width, width) === 1;
}

/**
 * Leaves out the tables held by another one (coincidence.md, rule 4). Of the others, those that are not as they
 * stood; and the sub-groups anchored in [from, to] that stand no more as they did.
 */
function differences(tables: readonly WindowTable[], standing: Span<SubGroup>, from: number, to: number) {
  const changed: WindowTable[] = [];
  const left: { readonly values: SubGroup[]; readonly times: number[] } = { values: [], times: [] };
  const first = firstNotBefore(standing.times, from);
  const end = firstAfter(standing.times, to);
  let at = first;
  const leaveUntil = (stop: SubGroup | undefined) => {
    for (; at < end && standing.values[at] !== stop; at++) {
      left.values.push(standing.values[at] as SubGroup);
      left.times.push(standing.times[at] as number);
    }
  };
  for (let i = 0; i < tables.length; i++) {
    const table = tables[i] as WindowTable;
    // Outside the stretch nothing changes: the nearest sub-groups that stand there are the tables.
    if (isHeld(table, tables[i - 1] ?? standingTable(standing, first - 1))) continue;
    if (isHeld(table, tables[i + 1] ?? standingTable(standing, end))) continue;
    if (table.stood === undefined) {
      changed.push(table);
    } else {
      leaveUntil(table.stood);
      at++;
    }
  }
  leaveUntil(undefined);
  return { changed, left };
}

function timesBut({ values, times }: Span<Observation>, arrived: Observation): readonly number[] {
  return times.toSpliced(values.indexOf(arrived), 1);
}

type Standing = Pick<WindowTable, 'rows' | 'stood'>;

function standingTable(standing: Span<SubGroup>, index: number): Standing | undefined {
  const stood = standing.values[index];
  return stood === undefined ? undefined : { rows: stood.rows, stood };
}

/** True if all rows of a table are the other's too. Sub-groups that stood don't hold one another. */
function isHeld(table: Standing, other: Standing | undefined): boolean {
  if (other === undefined || (table.stood !== undefined && other.stood !== undefined)) return false;
  return heldBy(table.rows, other.rows);
}

/** With the rows that there were, where only the anchor changed. */
function successor({ anchor, rows }: WindowTable, old: SubGroup | undefined, number: number): SubGroup {
  return { number, anchor, rows: old !== undefined && sameRows(old.rows, rows) ? old.rows : rows };
}

/**
 * Where anchors of tables may stand that these observations change: [t − 2w, t + w], joined where the windows
 * around one stretch and those around the next could meet.
 */
function stretchesAround(places: readonly Observation[], window: Duration): Stretch[] {
  const width = Number(window);
  const times = places.map(({ time }) => time).sort(ascending);
  const stretches: { origin: Instant; from: number; to: number; touched: number[] }[] = [];
  for (const time of times) {
    const previous = stretches.at(-1);
    const since = previous === undefined ? 0 : Number(time - previous.origin);
    if (previous !== undefined && since - 2 * width <= previous.to + 2 * width) {
      previous.to = since + width;
      previous.touched.push(since);
    } else {
      stretches.push({ origin: time, from: -2 * width, to: width, touched: [0] });
    }
  }
  return stretches;
}

function ascending(a: Instant, b: Instant): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
