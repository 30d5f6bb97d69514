import { type Duration, type Instant, NANOSECONDS_PER_SECOND, toPosixNanoseconds } from '../time.js';
import type {
  AlertType,
  Engine,
  EngineAlert,
  EngineCommand,
  Observation,
  Row,
  Sharing,
  Step,
  SubGroup,
} from './engine.js';
import type { NumberedRow, NumberMemory, NumberState, ReferenceState } from './reference-state.js';

export { deserializeReference, type ReferenceState, serializeReference } from './reference-state.js';

/**
 * The engine `reference`: snews_cs 3.0.1 step for step (CacheManager and alert_decider), including what looks
 * wrong, so that an operator can validate a migration. Traces recorded from snews_cs (test/fixtures) say what is right.
 * Leap seconds are ignored, and so is the configured window.
 */
export const reference: Engine<ReferenceState> = {
  name: 'reference',
  empty: () => EMPTY,
  apply,
  subGroups: subGroupsOf,
  sharing,
};

const EMPTY: ReferenceState = { rows: [], numbers: [] };

/** A constant in snews_cs: it cannot be configured. */
const WINDOW = 10n * NANOSECONDS_PER_SECOND;

/** A state in the making; its rows and memories are replaced, never altered. */
interface Draft {
  rows: NumberedRow[];
  numbers: NumberMemory[];
}

function apply(before: ReferenceState, command: EngineCommand): Step<ReferenceState> {
  switch (command.kind) {
    case 'reset':
      return { state: EMPTY, alerts: [], changed: [], closed: [] };
    case 'expire':
      // snews_cs never expires anything.
      return { state: before, alerts: [], changed: [], closed: [] };
    case 'observe':
      return step(before, (draft) => observe(draft, command.observation));
    case 'retract':
      return step(before, (draft) => retract(draft, command.detector));
  }
}

function step(before: ReferenceState, act: (draft: Draft) => void): Step<ReferenceState> {
  const draft: Draft = { rows: [...before.rows], numbers: [...before.numbers] };
  act(draft);
  const alerts = decide(draft);
  return { state: draft, alerts, ...difference(before, draft) };
}

function observe(draft: Draft, observation: Observation): void {
  if (draft.rows.length === 0) {
    draft.rows = [{ number: 0, observation, delta: 0n as Duration }];
    setState(draft, 0, 'INITIAL');
  } else if (draft.rows.some((row) => row.observation.detector === observation.detector)) {
    overwrite(draft, observation);
  } else if (!join(draft, observation)) {
    openSubGroups(draft, observation);
  }
}

/** A detector in the cache sends again: its rows within reach take the new time. */
function overwrite(draft: Draft, observation: Observation): void {
  const overwritten = new Set<number>();
  for (const [i, row] of draft.rows.entries()) {
    if (row.observation.detector !== observation.detector) continue;
    setState(draft, row.number, 'UPDATE');
    const late = clock(observation.time) - earliest(draft.rows, row.number);
    if (late > WINDOW || late < -WINDOW) continue;
    draft.rows[i] = { ...row, observation };
    overwritten.add(row.number);
  }
  // Too far from all its rows it is lost, but the UPDATE states remain and may cause alerts.
  if (overwritten.size === 0) return;
  for (const number of overwritten) draft.rows = withDeltasAnew(draft.rows, number);
  draft.rows = sorted(draft.rows, byNumber, byTime);
}

/** @returns whether it joined any sub-group */
function join(draft: Draft, observation: Observation): boolean {
  const joined: NumberedRow[] = [];
  for (const number of numbersIn(draft.rows)) {
    const delta = (clock(observation.time) - earliest(draft.rows, number)) as Duration;
    if (delta <= 0n || delta > WINDOW) continue;
    joined.push({ number, observation, delta });
    setState(draft, number, 'COINC_MSG');
  }
  if (joined.length === 0) return false;
  draft.rows = sorted([...draft.rows, ...joined], byNumber, byDelta);
  return true;
}

/** An observation that joins nothing opens sub-groups with the rows up to 10 s before (`early`) and after it (`post`). */
function openSubGroups(draft: Draft, observation: Observation): void {
  const around = firstOfEachDetectorAndTime([...draft.rows.map((row) => row.observation), observation]).map(
    (other) => ({
      observation: other,
      delta: (clock(other.time) - clock(observation.time)) as Duration,
    }),
  );
  const early = sorted(
    around.filter(({ delta }) => delta >= -WINDOW && delta <= 0n),
    byTime,
  );
  const post = sorted(
    around.filter(({ delta }) => delta >= 0n && delta <= WINDOW),
    byTime,
  );
  // Not the next free number: reusing one in use is how snews_cs mixes sub-groups ("collide").
  const count = numbersIn(draft.rows).length;
  if (sameIds(early, post)) {
    place(draft, count, post);
  } else {
    place(draft, count + 1, post);
    place(draft, count, early);
  }
  draft.rows = sorted(sorted(draft.rows, byNumber, byTime), byNumber, byDelta);
}

function place(draft: Draft, number: number, subGroup: readonly Row[]): void {
  const holds = (rows: readonly NumberedRow[]) => {
    const ids = new Set(rows.map((row) => row.observation.order));
    return subGroup.every((row) => ids.has(row.observation.order));
  };
  const isRedundant =
    (subGroup.length === 1 && holds(draft.rows)) ||
    numbersIn(draft.rows).some((other) => holds(rowsOf(draft.rows, other)));
  if (isRedundant) return;
  let placed = subGroup.map((row) => ({ ...row, number }));
  if (placed.some(({ delta }) => delta < 0n)) placed = withDeltasAnew(placed, number);
  draft.rows.push(...placed);
  setState(draft, number, subGroup.length > 1 ? 'COINC_MSG_STAGGERED' : null);
}

/** A retraction removes all rows of the detector, whichever observations it names. */
function retract(draft: Draft, detector: string): void {
  draft.rows = draft.rows.filter((row) => row.observation.detector !== detector);
  for (const number of numbersIn(draft.rows)) {
    setState(draft, number, 'RETRACTION');
    const rows = rowsOf(draft.rows, number);
    if (rows.some((row) => row.delta === 0n)) continue;
    // The third such move since the cache was last empty raises an exception in snews_cs; here it goes on.
    const others = draft.rows.filter((row) => row.number !== number);
    draft.rows = sorted([...others, ...withDeltasAnew(rows, number)], byTime);
  }
}

/** Turns the states of the numbers into alerts, and clears them. */
function decide(draft: Draft): EngineAlert[] {
  const alerts: EngineAlert[] = [];
  draft.numbers = draft.numbers.map((memory) => {
    const rows = rowsOf(draft.rows, memory.number).map(({ observation, delta }) => ({ observation, delta }));
    const type = alertType(memory, rows.length);
    if (type !== null) alerts.push({ type, subGroup: memory.number, rows });
    // A number without rows keeps what was remembered of it.
    return rows.length === 0 ? memory : { number: memory.number, state: null, rememberedRows: rows.length };
  });
  return alerts;
}

function alertType({ state, rememberedRows }: NumberMemory, rows: number): AlertType | null {
  switch (state) {
    case 'COINC_MSG_STAGGERED':
      return state;
    case 'RETRACTION':
      return rows < rememberedRows ? state : null;
    case 'UPDATE':
      return rows === rememberedRows && rows > 1 ? state : null;
    case 'COINC_MSG':
      return rows > rememberedRows ? state : null;
    case 'INITIAL':
    case null:
      return null;
  }
}

function setState(draft: Draft, number: number, state: NumberState | null): void {
  const place = draft.numbers.findIndex((memory) => memory.number === number);
  const known = draft.numbers[place];
  if (known === undefined) draft.numbers.push({ number, state, rememberedRows: 0 });
  else draft.numbers[place] = { ...known, state };
}

function subGroupsOf(state: ReferenceState): SubGroup[] {
  const groups = new Map<number, { number: number; anchor: Observation; rows: Row[] }>();
  for (const { number, observation, delta } of state.rows) {
    const group = groups.get(number);
    if (group === undefined) groups.set(number, { number, anchor: observation, rows: [{ observation, delta }] });
    else group.rows.push({ observation, delta });
  }
  return [...groups.values()].sort((a, b) => a.number - b.number);
}

function sharing(state: ReferenceState, subGroup: SubGroup): Sharing[] {
  const orders = new Set(subGroup.rows.map((row) => row.observation.order));
  return subGroupsOf(state)
    .filter((other) => other.number !== subGroup.number && other.rows.length > 1)
    .map((other) => {
      const common = other.rows.map((row) => row.observation.order).filter((order) => orders.has(order));
      return { subGroup: other, observations: new Set(common).size };
    })
    .filter(({ observations }) => observations > 0);
}

function difference(before: ReferenceState, after: ReferenceState): Pick<Step<never>, 'changed' | 'closed'> {
  const old = new Map(subGroupsOf(before).map((group) => [group.number, group]));
  const now = subGroupsOf(after);
  const open = new Set(now.map((group) => group.number));
  return {
    changed: now.filter((group) => !sameRows(old.get(group.number)?.rows ?? [], group.rows)),
    closed: [...old.keys()].filter((number) => !open.has(number)),
  };
}

/** All rows in cache order, with their numbers, as snews_cs prints them. */
export function cacheRows(state: ReferenceState): readonly NumberedRow[] {
  return state.rows;
}

function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  return sameIds(a, b) && a.every((row, i) => row.delta === b[i]?.delta);
}

function sameIds(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, i) => row.observation.order === b[i]?.observation.order);
}

function firstOfEachDetectorAndTime(observations: readonly Observation[]): Observation[] {
  const seen = new Set<string>();
  return observations.filter(({ detector, time }) => {
    const key = `${clock(time)} ${detector}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The distinct numbers, in order of first appearance. */
function numbersIn(rows: readonly NumberedRow[]): number[] {
  return [...new Set(rows.map((row) => row.number))];
}

function rowsOf(rows: readonly NumberedRow[], number: number): NumberedRow[] {
  return rows.filter((row) => row.number === number);
}

function earliest(rows: readonly NumberedRow[], number: number): bigint {
  const times = rowsOf(rows, number).map(byTime);
  return times.reduce((first, time) => {
    if (time < first) return time;
    return first;
  });
}

function withDeltasAnew(rows: readonly NumberedRow[], number: number): NumberedRow[] {
  const first = earliest(rows, number);
  return rows.map((row) => (row.number === number ? { ...row, delta: (byTime(row) - first) as Duration } : row));
}

const clock = (time: Instant): bigint => toPosixNanoseconds(time);
const byTime = (row: Row): bigint => clock(row.observation.time);
const byDelta = (row: Row): bigint => row.delta;
const byNumber = (row: NumberedRow): bigint => BigInt(row.number);

/** A stable sort by the first key, among equals by the next. */
function sorted<R extends Row>(rows: readonly R[], ...keys: readonly ((row: R) => bigint)[]): R[] {
  return keys.reduceRight(
    (before: R[], key) => {
      // Converting an instant is the expensive part, so it is done once for each row.
      const keyed = before.map((row) => ({ row, key: key(row) }));
      return keyed.sort((a, b) => compare(a.key, b.key)).map(({ row }) => row);
    },
    [...rows],
  );
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
