import type { Duration, Instant } from '../time.js';
import { alertsAfterObservation, alertsAfterRetraction, type SubGroupChange } from './announce.js';
import type { Engine, Observation, Sharing, Step, SubGroup } from './engine.js';
import { predecessors } from './numbering.js';
import { firstAfter, firstNotBefore } from './sorted-times.js';
import { type Observations, type Span, type SubGroups, Timeline } from './timeline.js';
import { heldBy, sameRows, toRows, type WindowGroup, windowGroups } from './windows.js';

/**
 * The engine `complete`: every maximal window of active observations has a sub-group, so all observations that coincide
 * share one. A command at time t changes only sub-groups anchored in [t − 2w, t + w], and these follow from the
 * observations in [t − 3w, t + 3w]. The engine looks at nothing else, so a state that holds only that neighbourhood
 * (`assemble`) gives the same result as the whole cache.
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

/**
 * How many are added at once. More would join into one long stretch of time; fewer would read their surroundings more
 * often.
 */
const AT_ONCE = 1_000;

/**
 * Adds observations in any order: the sub-groups are the same as when they are added one by one, but their numbers may
 * differ. @param observations fastest in order of time
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

/** A stretch of time in which sub-groups may change; its times count from its origin. */
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
  for (const { group, old } of successions(state, observations, added, removed)) {
    if (group === undefined) {
      closed.push(old);
      changes.push({ before: old, after: undefined });
      moved.push(old.anchor);
      continue;
    }
    const after = successor(group, old, old?.number ?? nextNumber);
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

/** A sub-group that is new or changed, with its predecessor if it has one; or an old sub-group that is closed. */
type Succession =
  | { readonly group: WindowGroup; readonly old: SubGroup | undefined }
  | { readonly group: undefined; readonly old: SubGroup };

/** All changes of sub-groups, in order of their anchors. Stretches share no window, so each is handled alone. */
function successions(
  state: CompleteState,
  observations: Observations,
  added: readonly Observation[],
  removed: readonly Observation[],
): Succession[] {
  const width = Number(state.window);
  const arrived = removed.length === 0 && added.length === 1 ? added[0] : undefined;
  if (arrived !== undefined && isAlone(arrived, observations, width)) {
    const group = { anchor: arrived, time: 0, rows: toRows([arrived]), stood: undefined };
    return [{ group, old: undefined }];
  }
  const found: Succession[] = [];
  for (const { origin, from, to, touched } of stretchesAround([...added, ...removed], state.window)) {
    const observed = observations.between(origin, from - width, to + width);
    const standing = state.subGroups.between(origin, from - width, to + width);
    const groups = windowGroups({ observed, standing, touched, arrived }, from, to, width);
    const { changed, left } = differences(groups, standing, from, to);
    const common = () => (arrived === undefined ? observed.times : timesBut(observed, arrived));
    const inherited = predecessors(changed, left, common, width);
    const taken = new Set<SubGroup>();
    for (const group of changed) {
      const old = inherited.get(group);
      if (old !== undefined) taken.add(old);
      found.push({ group, old });
    }
    for (const old of left.values) if (!taken.has(old)) found.push({ group: undefined, old });
  }
  return found;
}

/** True if no other observation is within a window of it. Then only its own window has changed. */
function isAlone({ time }: Observation, observations: Observations, width: number): boolean {
  return observations.count(time, -width, width) === 1;
}

/**
 * Leaves out the sub-groups that another one contains (coincidence.md, rule 4). Returns those of the others that have
 * changed, and the old sub-groups anchored in [from, to] that are no longer there unchanged.
 */
function differences(groups: readonly WindowGroup[], standing: Span<SubGroup>, from: number, to: number) {
  const changed: WindowGroup[] = [];
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
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as WindowGroup;
    // Outside the stretch nothing changes: the neighbours there are the sub-groups of before.
    if (isHeld(group, groups[i - 1] ?? standingGroup(standing, first - 1))) continue;
    if (isHeld(group, groups[i + 1] ?? standingGroup(standing, end))) continue;
    if (group.stood === undefined) {
      changed.push(group);
    } else {
      leaveUntil(group.stood);
      at++;
    }
  }
  leaveUntil(undefined);
  return { changed, left };
}

function timesBut({ values, times }: Span<Observation>, arrived: Observation): readonly number[] {
  return times.toSpliced(values.indexOf(arrived), 1);
}

type Standing = Pick<WindowGroup, 'rows' | 'stood'>;

function standingGroup(standing: Span<SubGroup>, index: number): Standing | undefined {
  const stood = standing.values[index];
  return stood === undefined ? undefined : { rows: stood.rows, stood };
}

/** True if another sub-group has all rows of this one. Sub-groups of before never contain one another. */
function isHeld(group: Standing, other: Standing | undefined): boolean {
  if (other === undefined || (group.stood !== undefined && other.stood !== undefined)) return false;
  return heldBy(group.rows, other.rows);
}

/** Keeps the old rows where only the anchor changed. */
function successor({ anchor, rows }: WindowGroup, old: SubGroup | undefined, number: number): SubGroup {
  return { number, anchor, rows: old !== undefined && sameRows(old.rows, rows) ? old.rows : rows };
}

/**
 * Where the sub-groups that these observations change may have their anchors: [t − 2w, t + w], joined where the windows
 * around one stretch and those around the next could overlap.
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
