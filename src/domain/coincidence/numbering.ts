import { byTimeThenReception, type SubGroup } from './engine.js';
import { firstAfter, firstNotBefore, lowerBound } from './sorted-times.js';
import type { Span } from './timeline.js';
import { sameRows, type WindowGroup } from './windows.js';

/**
 * The predecessor of each sub-group, whose number it takes (coincidence.md, rule 5). A sub-group with the same rows
 * keeps its number. The others take the number of the old sub-group whose window shares most observations with theirs,
 * the best pair first. Sub-groups without a predecessor are new; old ones without a successor are closed.
 *
 * @param groups in order of their anchors, without those that stood with the same anchor and rows
 * @param old the sub-groups that were there before, without those that are unchanged
 * @param common times, ascending, of the observations that are there before and after the command
 * @param width of a window; all times count from one instant
 */
export function predecessors(
  groups: readonly WindowGroup[],
  old: Span<SubGroup>,
  common: () => readonly number[],
  width: number,
): ReadonlyMap<WindowGroup, SubGroup> {
  const settled = new Map<WindowGroup, SubGroup>();
  if (groups.length === 0 || old.values.length === 0) return settled;
  const taken = new Set<SubGroup>();
  const settle = (group: WindowGroup, subGroup: SubGroup) => {
    settled.set(group, subGroup);
    taken.add(subGroup);
  };
  const changed = keepMoved(groups, old.values, settle);
  if (changed.length > 0 && taken.size < old.values.length) {
    inherit(changed, new Remaining(old, taken, common(), width), settle);
  }
  return settled;
}

type Settle = (group: WindowGroup, subGroup: SubGroup) => void;

/** Settles sub-groups with the same rows and another anchor; returns the others. */
function keepMoved(groups: readonly WindowGroup[], old: readonly SubGroup[], settle: Settle): WindowGroup[] {
  const byFirstRow = new Map<number | undefined, SubGroup[]>();
  for (const subGroup of old) {
    const first = subGroup.rows[0]?.observation.order;
    const others = byFirstRow.get(first);
    if (others === undefined) byFirstRow.set(first, [subGroup]);
    else others.push(subGroup);
  }
  return groups.filter((group) => {
    const candidates = byFirstRow.get(group.rows[0]?.observation.order);
    const match = candidates?.find((subGroup) => sameRows(subGroup.rows, group.rows));
    if (match === undefined) return true;
    settle(group, match);
    return false;
  });
}

/** Best first: a best claim only gets worse as old sub-groups are taken, so the best of all can be settled. */
function inherit(groups: readonly WindowGroup[], remaining: Remaining, settle: Settle): void {
  const claims: Claim[] = [];
  for (const group of groups) {
    const claim = remaining.bestClaim(group);
    if (claim !== undefined) claims.push(claim);
  }
  claims.sort(worstFirst);
  for (let best = claims.pop(); best !== undefined; best = claims.pop()) {
    if (remaining.has(best.subGroup)) {
      settle(best.group, best.subGroup);
      continue;
    }
    const second = remaining.bestClaim(best.group);
    if (second === undefined) continue;
    const position = lowerBound(claims.length, (i) => worstFirst(claims[i] as Claim, second) >= 0);
    claims.splice(position, 0, second);
  }
}

/** A pair of a sub-group and its possible predecessor. */
interface Claim {
  readonly group: WindowGroup;
  readonly subGroup: SubGroup;
  readonly shared: number;
}

/** The best shares most; then it has the lower old number; then the earlier anchor. */
function worstFirst(a: Claim, b: Claim): number {
  if (a.shared !== b.shared) return a.shared - b.shared;
  if (a.subGroup.number !== b.subGroup.number) return b.subGroup.number - a.subGroup.number;
  return byTimeThenReception(b.group.anchor, a.group.anchor);
}

/** The old sub-groups whose numbers are not taken yet. */
class Remaining {
  constructor(
    private readonly old: Span<SubGroup>,
    private readonly taken: ReadonlySet<SubGroup>,
    private readonly common: readonly number[],
    private readonly width: number,
  ) {}

  has(subGroup: SubGroup): boolean {
    return !this.taken.has(subGroup);
  }

  /**
   * The best predecessor. Two windows share the fewer observations, the further apart their anchors are, so the search
   * goes outward from the sub-group's anchor until nothing better can come.
   */
  bestClaim(group: WindowGroup): Claim | undefined {
    const { values, times } = this.old;
    const start = firstNotBefore(times, group.time);
    let best: Claim | undefined;
    for (const step of [-1, 1]) {
      for (let i = step < 0 ? start - 1 : start; i >= 0 && i < values.length; i += step) {
        const subGroup = values[i] as SubGroup;
        const shared = this.shared(group.time, times[i] as number);
        if (shared === 0 || (best !== undefined && shared < best.shared)) break;
        if (this.taken.has(subGroup)) continue;
        const claim = { group, subGroup, shared };
        if (best === undefined || worstFirst(best, claim) < 0) best = claim;
      }
    }
    return best;
  }

  /** How many of the common observations lie in both windows. */
  private shared(a: number, b: number): number {
    const from = firstNotBefore(this.common, Math.max(a, b));
    const to = firstAfter(this.common, Math.min(a, b) + this.width);
    return Math.max(0, to - from);
  }
}
