import type { Duration } from '../time.js';
import { ALERT_TYPES, type Observation, type Row } from './engine.js';

/** A row of the list that holds all sub-groups of the engine `reference`. */
export interface NumberedRow extends Row {
  readonly number: number;
}

/** What a command did to a number, before it is decided whether it causes an alert. */
export type NumberState = (typeof NUMBER_STATES)[number];
const NUMBER_STATES = ['INITIAL', ...ALERT_TYPES] as const;

export interface NumberMemory {
  readonly number: number;
  /** null: no change since the last decision. */
  readonly state: NumberState | null;
  /** How many rows the number had at the last decision; 0 for a new one. */
  readonly rememberedRows: number;
}

export interface ReferenceState {
  /** In cache order, which the alerts show. A number's rows need not stand together. */
  readonly rows: readonly NumberedRow[];
  /** In the order in which numbers first got a state: the order of alerts. Vanished numbers keep their place. */
  readonly numbers: readonly NumberMemory[];
}

/** A state as plain JSON: observations by their order of reception, deltas as decimal nanoseconds. */
export interface SerializedReference {
  readonly rows: readonly { readonly number: number; readonly order: number; readonly delta: string }[];
  readonly numbers: readonly NumberMemory[];
}

export function serializeReference(state: ReferenceState): SerializedReference {
  return {
    rows: state.rows.map(({ number, observation, delta }) => ({
      number,
      order: observation.order,
      delta: delta.toString(),
    })),
    numbers: state.numbers.map(({ number, state: since, rememberedRows }) => ({
      number,
      state: since,
      rememberedRows,
    })),
  };
}

/** A stored state that cannot be restored: something else wrote it, or its observations were removed. */
export class ReferenceStateError extends Error {
  override readonly name = 'ReferenceStateError';

  constructor(problem: string) {
    super(`the stored state of the engine reference can't be restored: ${problem}`);
  }
}

/**
 * @param json what serializeReference gave
 * @param observationsByOrder at least all observations that stand in the state
 * @throws ReferenceStateError
 */
export function deserializeReference(
  json: unknown,
  observationsByOrder: ReadonlyMap<number, Observation>,
): ReferenceState {
  const { rows, numbers } = object(json, 'the state');
  return {
    rows: list(rows, 'rows').map((value, i) => {
      const { number, order, delta } = object(value, `rows[${i}]`);
      const observation = observationsByOrder.get(count(order, `rows[${i}].order`));
      if (observation === undefined) throw new ReferenceStateError(`observation ${order} of rows[${i}] is unknown`);
      return { number: count(number, `rows[${i}].number`), observation, delta: duration(delta, `rows[${i}].delta`) };
    }),
    numbers: list(numbers, 'numbers').map((value, i) => {
      const { number, state, rememberedRows } = object(value, `numbers[${i}]`);
      return {
        number: count(number, `numbers[${i}].number`),
        state: numberState(state, `numbers[${i}].state`),
        rememberedRows: count(rememberedRows, `numbers[${i}].rememberedRows`),
      };
    }),
  };
}

function object(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new ReferenceStateError(`${where} is not an object`);
  return value as Record<string, unknown>;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ReferenceStateError(`${where} is not a list`);
  return value;
}

function count(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new ReferenceStateError(`${where} is not a whole number ≥ 0`);
  }
  return value;
}

function duration(value: unknown, where: string): Duration {
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) {
    throw new ReferenceStateError(`${where} is not a number of nanoseconds`);
  }
  return BigInt(value) as Duration;
}

function numberState(value: unknown, where: string): NumberState | null {
  const known = NUMBER_STATES.find((state) => state === value);
  if (known === undefined && value !== null) throw new ReferenceStateError(`${where} is not a state of a number`);
  return known ?? null;
}
