import {
  byTimeThenReception,
  type Engine,
  type EngineAlert,
  type EngineCommand,
  type Observation,
  type Row,
  type Step,
  type SubGroup,
} from '../../src/domain/coincidence/engine.js';
import { type Duration, elapsed } from '../../src/domain/time.js';

/**
 * The rules of the engine `complete` word for word: after each command all windows, tables and pairs of the whole
 * cache are listed anew. Slow on purpose, and independent of the engine: what both say is what the rules say.
 * The numbers in the comments are those of the rules.
 */
export interface OracleState {
  readonly window: Duration;
  readonly nextNumber: number;
  readonly active: readonly Observation[];
  readonly subGroups: readonly OracleSubGroup[];
}

interface Table {
  readonly anchor: Observation;
  readonly rows: readonly Row[];
  /** Every observation in the anchor's window, also those that have no row. */
  readonly members: readonly Observation[];
}

interface OracleSubGroup extends Table {
  readonly number: number;
}

export const oracle: Engine<OracleState> = {
  // It plays that engine's part in the tests.
  name: 'complete',
  empty: (window) => ({ window, nextNumber: 0, active: [], subGroups: [] }),
  apply(state, command) {
    if (command.kind === 'reset') {
      return { state: oracle.empty(state.window), alerts: [], changed: [], closed: [] };
    }
    const after = renumbered(state, activeAfter(state.active, command));
    return { state: after, alerts: alertsOf(state, after, command), ...difference(state, after) };
  },
  subGroups: (state) => state.subGroups.map(plain),
  sharing: (state, subGroup) => {
    const own = state.subGroups.find(({ number }) => number === subGroup.number);
    if (own === undefined) throw new Error(`sub-group ${subGroup.number} isn't open`);
    return state.subGroups
      .filter((other) => other !== own && other.rows.length >= 2)
      .map((other) => ({ subGroup: plain(other), observations: shared(own, other) }))
      .filter(({ observations }) => observations >= 1);
  },
};

const plain = ({ number, anchor, rows }: OracleSubGroup): SubGroup => ({ number, anchor, rows });

function activeAfter(active: readonly Observation[], command: Exclude<EngineCommand, { kind: 'reset' }>) {
  if (command.kind === 'observe') return [...active, command.observation];
  return active.filter(({ order }) => !command.observations.some((gone) => gone.order === order));
}

/** 2 to 4. */
function tablesOf(active: readonly Observation[], window: Duration): Table[] {
  const all = active.toSorted(byTimeThenReception).map((anchor) => {
    const members = active.filter(
      ({ time }) => elapsed(anchor.time, time) >= 0n && elapsed(anchor.time, time) <= window,
    );
    return { anchor, members, rows: rowsOf(members) };
  });
  const maximal = all.filter(
    ({ members }, i) =>
      !all.some(
        (other, j) => isSubset(members, other.members) && (members.length < other.members.length || j < i) && j !== i,
      ),
  );
  return maximal.filter(({ rows }, i) => {
    const own = rows.map((row) => row.observation);
    return !maximal.some((other, j) => {
      const others = other.rows.map((row) => row.observation);
      return j !== i && isSubset(own, others) && (own.length < others.length || j < i);
    });
  });
}

/** 3: one row per detector, its most recently received observation. */
function rowsOf(members: readonly Observation[]): Row[] {
  return toRows(
    members.filter((one) => !members.some((other) => other.detector === one.detector && other.order > one.order)),
  );
}

function toRows(observations: readonly Observation[]): Row[] {
  const inOrder = observations.toSorted(byTimeThenReception);
  return inOrder.map((observation) => ({
    observation,
    delta: elapsed((inOrder[0] ?? observation).time, observation.time),
  }));
}

/** 5. */
function renumbered(before: OracleState, active: readonly Observation[]): OracleState {
  const tables = tablesOf(active, before.window);
  const numbers = new Map<Table, number>();
  const taken = (number: number) => [...numbers.values()].includes(number);
  // a
  for (const table of tables) {
    const same = before.subGroups.find((old) => sameOrders(old.rows, table.rows));
    if (same !== undefined) numbers.set(table, same.number);
  }
  // b
  const pairs = tables
    .flatMap((table) => before.subGroups.map((old) => ({ table, old, shared: shared(table, old) })))
    .filter((pair) => pair.shared >= 1)
    .sort(
      (a, b) =>
        b.shared - a.shared || a.old.number - b.old.number || byTimeThenReception(a.table.anchor, b.table.anchor),
    );
  for (const { table, old } of pairs) {
    if (!numbers.has(table) && !taken(old.number)) numbers.set(table, old.number);
  }
  // c; the tables stand in order of their anchors
  let { nextNumber } = before;
  for (const table of tables) {
    if (!numbers.has(table)) numbers.set(table, nextNumber++);
  }
  const subGroups = [...numbers].map(([table, number]) => ({ ...table, number })).sort((a, b) => a.number - b.number);
  return { window: before.window, nextNumber, active, subGroups };
}

function shared(a: Table, b: Table): number {
  return a.members.filter(({ order }) => b.members.some((other) => other.order === order)).length;
}

function alertsOf(before: OracleState, after: OracleState, command: Exclude<EngineCommand, { kind: 'reset' }>) {
  switch (command.kind) {
    case 'observe':
      return afterObservation(before, after);
    case 'retract':
      return afterRetraction(before, after, command.observations);
    case 'expire':
      return [];
  }
}

/** 6. */
function afterObservation(before: OracleState, after: OracleState): EngineAlert[] {
  return after.subGroups
    .filter(({ rows }) => rows.length >= 2)
    .flatMap(({ number, rows }): EngineAlert[] => {
      const old = numbered(before, number);
      if (old === undefined) return [{ type: 'COINC_MSG_STAGGERED', subGroup: number, rows }];
      if (sameOrders(old.rows, rows)) return [];
      const had = old.rows.map((row) => row.observation.detector);
      const gained = rows.some((row) => !had.includes(row.observation.detector));
      if (!gained) return [{ type: 'UPDATE', subGroup: number, rows }];
      const isEarlier = firstTime(rows) < firstTime(old.rows);
      return [{ type: isEarlier ? 'COINC_MSG_STAGGERED' : 'COINC_MSG', subGroup: number, rows }];
    });
}

function firstTime(rows: readonly Row[]): bigint {
  const [first] = rows;
  if (first === undefined) throw new Error('a table without rows');
  return first.observation.time;
}

/** 7. */
function afterRetraction(before: OracleState, after: OracleState, retracted: readonly Observation[]): EngineAlert[] {
  const isRetracted = (row: Row) => retracted.some(({ order }) => order === row.observation.order);
  const retractions = before.subGroups
    .filter(({ rows }) => rows.length >= 2)
    .flatMap(({ number, rows }): EngineAlert[] => {
      const now = numbered(after, number);
      if (now !== undefined) {
        return sameOrders(now.rows, rows) ? [] : [{ type: 'RETRACTION', subGroup: number, rows: now.rows }];
      }
      if (!rows.some(isRetracted)) return [];
      const left = rows.filter((row) => !isRetracted(row)).map((row) => row.observation);
      return [{ type: 'RETRACTION', subGroup: number, rows: toRows(left) }];
    });
  const uncovered = after.subGroups
    .filter(({ number, rows }) => rows.length >= 2 && (numbered(before, number)?.rows.length ?? 0) < 2)
    .map(({ number, rows }): EngineAlert => ({ type: 'COINC_MSG_STAGGERED', subGroup: number, rows }));
  return [...retractions, ...uncovered];
}

function numbered(state: OracleState, number: number): OracleSubGroup | undefined {
  return state.subGroups.find((subGroup) => subGroup.number === number);
}

function difference(before: OracleState, after: OracleState): Pick<Step<OracleState>, 'changed' | 'closed'> {
  const isChanged = ({ number, rows, anchor }: OracleSubGroup) => {
    const old = numbered(before, number);
    return old === undefined || !sameOrders(old.rows, rows) || old.anchor.order !== anchor.order;
  };
  return {
    changed: after.subGroups.filter(isChanged).map(plain),
    closed: before.subGroups.map(({ number }) => number).filter((number) => numbered(after, number) === undefined),
  };
}

function isSubset(a: readonly Observation[], b: readonly Observation[]): boolean {
  return a.every(({ order }) => b.some((other) => other.order === order));
}

function sameOrders(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, i) => row.observation.order === b[i]?.observation.order);
}
