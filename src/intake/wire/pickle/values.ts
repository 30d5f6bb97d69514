import type { Callable } from './allowed-names.js';

/** The values that a pickle builds, named as in Python. */
export type PickleValue = null | boolean | number | bigint | string | Container | Bytes | Callable;

/**
 * A value with parts. There is one class for all kinds, because V8 makes objects many times slower if five classes inherit
 * the same initial values.
 */
export class Container {
  /** The JSON value, once the state is `done`. A container that is met while it is `under way` contains itself. */
  plain: unknown = undefined;
  state: 'built' | 'under way' | 'done' = 'built';
  /** The approximate length of its JSON text in characters, once it is done. */
  size = 0;
  /** Levels of arrays and objects, itself included, once it is done. */
  height = 0;

  /**
   * @param items of a dict its keys and values alternately, in the order of the pickle (of equal keys the last one counts);
   * of a message, after BUILD, the dict of its fields
   */
  constructor(
    readonly kind: 'list' | 'tuple' | 'set' | 'dict' | 'message',
    public items: PickleValue[],
  ) {}
}

export function isOf(kind: Container['kind'], value: PickleValue | undefined): value is Container {
  return value instanceof Container && value.kind === kind;
}

/** Stands for bytes, which are skipped: JSON can't represent them. */
export class Bytes {}
