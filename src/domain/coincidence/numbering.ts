import { byTimeThenReception, type SubGroup } from './engine.js';
import { firstAfter, firstNotBefore, lowerBound } from './sorted-times.js';
import type { Span } from './timeline.js';
import { sameRows, type WindowTable } from './windows.js';

/**
 * Which tables go on from which old sub-groups, and so have their numbers (coincidence.md, rule 5): the same rows
 * keep theirs; the others inherit from the old sub-groups whose windows they share most observations with, best
 * pair first. Tables left over are new, sub-groups left over are closed.
 *
 * @param tables in order of their anchors, without those that stood with the same anchor and rows
 * @param old the sub-groups that stood where the tables stand now, without those that stand as they did
 * @param common times, ascending, of the observations that are there before and after the command
 * @param width of a window; all times count from one instant
 */
export function heirs(
  tables: readonly WindowTable[],
  old: Span<SubGroup>,
  common: () => readonly number[],
  width: number,
): ReadonlyMap<WindowTable, SubGroup> {
  const settled = new Map<WindowTable, SubGroup>();
  if (tables.length === 0 || old.values.length === 0) return settled;
  const taken = new Set<SubGroup>();
  const settle = (table: WindowTable, subGroup: SubGroup) => {
    settled.set(table, subGroup);
    taken.add(subGroup);
  };
  const changed = keepMoved(tables, old.values, settle);
  if (changed.length > 0 && taken.size < old.values.length) {
    inherit(changed, new Remaining(old, taken, common(), width), settle);
  }
  return settled;
}

type Settle = (table: WindowTable, subGroup: SubGroup) => void;

/** The same rows from another anchor. The other tables. */
function keepMoved(tables: readonly WindowTable[], old: readonly SubGroup[], settle: Settle): WindowTable[] {
  const byFirstRow = new Map<number | undefined, SubGroup[]>();
  for (const subGroup of old) {
    const first = subGroup.rows[0]?.observation.order;
    const others = byFirstRow.get(first);
    if (others === undefined) byFirstRow.set(first, [subGroup]);
    else others.push(subGroup);
  }
  return tables.filter((table) => {
    const candidates = byFirstRow.get(table.rows[0]?.observation.order);
    const match = candidates?.find((subGroup) => sameRows(subGroup.rows, table.rows));
    if (match === undefined) return true;
    settle(table, match);
    return false;
  });
}

/** Best first: a table's best claim only gets worse as sub-groups are taken, so the best of all may be settled. */
function inherit(tables: readonly WindowTable[], remaining: Remaining, settle: Settle): void {
  const claims: Claim[] = [];
  for (const table of tables) {
    const claim = remaining.bestClaim(table);
    if (claim !== undefined) claims.push(claim);
  }
  claims.sort(worstFirst);
  for (let best = claims.pop(); best !== undefined; best = claims.pop()) {
    if (remaining.has(best.subGroup)) {
      settle(best.table, best.subGroup);
      continue;
    }
    const second = remaining.bestClaim(best.table);
    if (second === undefined) continue;
    const position = lowerBound(claims.length, (i) => worstFirst(claims[i] as Claim, second) >= 0);
    claims.splice(position, 0, second);
  }
}

/** A table's wish for an old sub-group's number. */
interface Claim {
  readonly table: WindowTable;
  readonly subGroup: SubGroup;
  readonly shared: number;
}

/** The best shares most; then it has the lower old number; then the earlier anchor. */
function worstFirst(a: Claim, b: Claim): number {
  if (a.shared !== b.shared) return a.shared - b.shared;
  if (a.subGroup.number !== b.subGroup.number) return b.subGroup.number - a.subGroup.number;
  return byTimeThenReception(b.table.anchor, a.table.anchor);
}

/** The old sub-groups whose numbers are still to be had. */
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
   * The best sub-group for this table: two windows share the less, the further apart their anchors are, so it
   * is found going outward from the table's anchor, until nothing better can come.
   */
  bestClaim(table: WindowTable): Claim | undefined {
    const { values, times } = this.old;
    const start = firstNotBefore(times, table.time);
    let best: Claim | undefined;
    for (const step of [-1, 1]) {
      for (let i = step < 0 ? start - 1 : start; i >= 0 && i < values.length; i += step) {
        const subGroup = values[i] as SubGroup;
        const shared = this.shared(table.time, times[i] as number);
        if (shared === 0 || (best !== undefined && shared < best.shared)) break;
        if (this.taken.has(subGroup)) continue;
        const claim = { table, subGroup, shared };
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
