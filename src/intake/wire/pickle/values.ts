import type { Callable } from './allowed-names.js';

/** What a pickle builds. The names are Python's. */
export type PickleValue = null | boolean | number | bigint | string | Container | Bytes | Callable;

/**
 * A value with parts of its own. One class for all kinds: V8 makes objects many times slower if five classes inherit
 * the same initial values.
 */
export class Container {
  /** What it is in JSON, once it is `done`; `under way`: who meets it then has found it within itself. */
  plain: unknown = undefined;
  state: 'built' | 'under way' | 'done' = 'built';
  /** How much JSON text it makes, roughly, in characters, once it is done. */
  size = 0;
  /** Levels of arrays and objects, itself included, once it is done. */
  height = 0;

  /**
   * @param items of a dict keys and values in turns, as they came: of equal keys the last counts; of a message, after
   * BUILD, the dict of its fields
   */
  constructor(
    readonly kind: 'list' | 'tuple' | 'set' | 'dict' | 'message',
    public items: PickleValue[],
  ) {}
}

export function isOf(kind: Container['kind'], value: PickleValue | undefined): value is Container {
  return value instanceof Container && value.kind === kind;
}

/** Read past, never kept: JSON can't carry them. */
export class Bytes {}
