import { elapsed, type Instant } from '../time.js';
import { byTimeThenReception, type Observation, type Row, type SubGroup } from './engine.js';
import type { Span } from './timeline.js';

/** The sub-group of one maximal window, before it has a number. */
export interface WindowGroup {
  readonly anchor: Observation;
  /** The anchor's time, counted as those of its surroundings. */
  readonly time: number;
  /** One observation per detector, its most recently received in the window; in row order. */
  readonly rows: readonly Row[];
  /** The sub-group that had this anchor and these rows before. */
  readonly stood: SubGroup | undefined;
}

/** What the sub-groups of a stretch of time are computed from. All times count from one instant. */
export interface Surroundings {
  /** Complete from one window before the first anchor to one after the last. */
  readonly observed: Span<Observation>;
  /** The sub-groups that were there before. */
  readonly standing: Span<SubGroup>;
  /** When observations were added or removed, ascending. Windows without any are unchanged. */
  readonly touched: readonly number[];
  /** The added one, if it is the only change. */
  readonly arrived: Observation | undefined;
}

/** Up to this many observations it is fastest to look at each; with more, each window is derived from the one before. */
const FEW = 24;

/**
 * The sub-groups of the maximal windows anchored in [from, to], in order of their anchors. Of equal neighbours only the
 * one with the earliest anchor counts.
 *
 * Two facts make one pass enough. A window that lies in another lies in that of the observation before its
 * anchor, so each needs only its predecessor. And if two windows share a row, every window between them lies in
 * their union; so equal sub-groups are neighbours, and a sub-group that lies in another lies in a neighbour.
 */
export function windowGroups(surroundings: Surroundings, from: number, to: number, width: number): WindowGroup[] {
  const { observed, standing, touched, arrived } = surroundings;
  const { values: observations, times } = observed;
  const groups: WindowGroup[] = [];
  const latest = new LatestPerDetector(observations);
  let end = 0; // one past the window's last observation
  let stood = 0;
  let touch = 0;
  let previous: WindowGroup | undefined;
  for (let at = 0; at < times.length; at++) {
    const time = times[at] as number;
    if (time > to) break;
    const previousEnd = end;
    while (end < times.length && (times[end] as number) - time <= width) end++;
    const maximal = at === 0 || end > previousEnd;
    if (!maximal || time < from) continue;
    const anchor = observations[at] as Observation;
    while (touch < touched.length && (touched[touch] as number) < time) touch++;
    while (stood < standing.times.length && isBefore(standing, stood, time, anchor.order)) stood++;
    const there = standing.values[stood];
    const before = there !== undefined && there.anchor.order === anchor.order ? there : undefined;
    let rows: readonly Row[];
    if (before !== undefined && (touch === touched.length || (touched[touch] as number) - time > width)) {
      rows = before.rows;
    } else if (before !== undefined && arrived !== undefined) {
      rows = withArrived(before.rows, arrived);
    } else {
      rows = end - at <= FEW ? rowsOfFew(observations, at, end) : latest.rows(at, end);
    }
    const same = before !== undefined && sameRows(before.rows, rows) ? before : undefined;
    // Sub-groups of before differ from one another already.
    const comparable = previous !== undefined && (previous.stood === undefined || same === undefined);
    if (comparable && sameRows((previous as WindowGroup).rows, rows)) continue;
    previous = { anchor, time, rows, stood: same };
    groups.push(previous);
  }
  return groups;
}

function isBefore(standing: Span<SubGroup>, index: number, time: number, order: number): boolean {
  const other = standing.times[index] as number;
  return other < time || (other === time && (standing.values[index] as SubGroup).anchor.order < order);
}

/** True if the sub-groups hold the same observations in the same order. */
export function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (orderOf(a, i) !== orderOf(b, i)) return false;
  return true;
}

/** True if every row of `inner` is a row of `outer` too. Both in row order. */
export function heldBy(inner: readonly Row[], outer: readonly Row[]): boolean {
  if (inner.length > outer.length) return false;
  let at = 0;
  for (let i = 0; i < inner.length; i++) {
    while (at < outer.length && orderOf(outer, at) !== orderOf(inner, i)) at++;
    if (at === outer.length) return false;
    at++;
  }
  return true;
}

function orderOf(rows: readonly Row[], index: number): number {
  return (rows[index] as Row).observation.order;
}

/** Rows with their times since the first one. @param observations in row order */
export function toRows(observations: readonly Observation[]): readonly Row[] {
  const start = observations[0]?.time as Instant;
  return observations.map((observation) => ({ observation, delta: elapsed(start, observation.time) }));
}

/** A sub-group after an observation came into its window: it has a row unless its detector sent one that was received later. */
function withArrived(rows: readonly Row[], arrived: Observation): readonly Row[] {
  const known = rows.findIndex(({ observation }) => observation.detector === arrived.detector);
  if (known >= 0 && (rows[known] as Row).observation.order > arrived.order) return rows;
  const changed = known < 0 ? [...rows] : rows.toSpliced(known, 1);
  const next = changed.findIndex(({ observation }) => byTimeThenReception(observation, arrived) > 0);
  const first = next === 0 ? arrived : (changed[0]?.observation ?? arrived);
  changed.splice(next < 0 ? changed.length : next, 0, {
    observation: arrived,
    delta: elapsed(first.time, arrived.time),
  });
  return first === rows[0]?.observation ? changed : toRows(changed.map(({ observation }) => observation));
}

function rowsOfFew(observations: readonly Observation[], from: number, to: number): readonly Row[] {
  const rows: Observation[] = [];
  for (let i = from; i < to; i++) {
    const observation = observations[i] as Observation;
    let known = rows.length - 1;
    while (known >= 0 && (rows[known] as Observation).detector !== observation.detector) known--;
    if (known >= 0) {
      if ((rows[known] as Observation).order > observation.order) continue;
      rows.splice(known, 1);
    }
    rows.push(observation);
  }
  return toRows(rows);
}

/**
 * Per detector, which observation of a sliding window was received last. Observations enter and leave in order
 * of time; each detector keeps only those that no later one outranks. Rows are computed only where they differ from
 * the one before. Observations are told by their positions, which sort as rows do.
 */
class LatestPerDetector {
  private readonly ranked = new Map<string, { readonly queue: number[]; head: number }>();
  /** The head of each detector's queue, ascending. */
  private readonly latest: number[] = [];
  private entered = 0;
  private left = 0;
  private current: readonly Row[] | undefined;

  constructor(private readonly observations: readonly Observation[]) {}

  /** The rows of the window [from, to); neither may be less than in the call before. */
  rows(from: number, to: number): readonly Row[] {
    for (; this.left < Math.min(from, this.entered); this.left++) this.leave(this.left);
    this.left = from;
    this.entered = Math.max(from, this.entered);
    for (; this.entered < to; this.entered++) this.enter(this.entered);
    this.current ??= toRows(this.latest.map((position) => this.at(position)));
    return this.current;
  }

  private enter(position: number): void {
    const { detector, order } = this.at(position);
    const entry = this.ranked.get(detector);
    if (entry === undefined) {
      this.ranked.set(detector, { queue: [position], head: 0 });
      this.insert(position);
      return;
    }
    const { queue, head } = entry;
    const first = queue[head] as number;
    while (queue.length > head && this.at(queue[queue.length - 1] as number).order < order) queue.pop();
    queue.push(position);
    if (queue.length - 1 > head) return;
    this.remove(first);
    this.insert(position);
  }

  private leave(position: number): void {
    const { detector } = this.at(position);
    const entry = this.ranked.get(detector);
    if (entry === undefined || entry.queue[entry.head] !== position) return;
    this.remove(position);
    const next = entry.queue[++entry.head];
    if (next === undefined) this.ranked.delete(detector);
    else this.insert(next);
  }

  private insert(position: number): void {
    const next = this.latest.findLastIndex((other) => other < position) + 1;
    this.latest.splice(next, 0, position);
    this.current = undefined;
  }

  private remove(position: number): void {
    this.latest.splice(this.latest.indexOf(position), 1);
    this.current = undefined;
  }

  private at(position: number): Observation {
    return this.observations[position] as Observation;
  }
}
