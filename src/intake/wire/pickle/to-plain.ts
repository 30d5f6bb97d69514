import { MAXIMUM_DEPTH } from '../../../domain/json-reader.js';
import { type DecodeError, malformed } from '../decode-error.js';
import { type JsonObject, requireFewKeys, setKey } from '../json-object.js';
import { Bytes, type Container, type PickleValue } from './values.js';

/**
 * Converts what a pickle built to JSON values: lists, tuples and sets to arrays, dicts and messages to objects, members of
 * an enum to their values. A part that is referred to several times is converted once and stays one object.
 * @param maximumSize the largest size of the JSON text, approximately, in characters
 * @throws DecodeError malformed, for what JSON can't represent: bytes, cycles; or if it is nested too deep or too large
 */
export function toPlain(value: PickleValue, maximumSize: number): unknown {
  return new Plainer(maximumSize).plain(value, 0);
}

class Plainer {
  /** Size and height of the value that was converted last. */
  private size = 0;
  private height = 0;

  constructor(private readonly maximumSize: number) {}

  plain(value: PickleValue, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.scalar(value, value.length + 2);
      case 'bigint':
        return this.scalar(value, value.toString().length);
      case 'number':
      case 'boolean':
        return this.scalar(value, 4);
      case 'symbol':
        throw malformed('The pickle holds a class where a value belongs.');
      default:
        if (value === null) return this.scalar(value, 4);
        if (value instanceof Bytes) throw malformed('The pickle holds bytes, which JSON can not carry.');
        return this.container(value, depth);
    }
  }

  private scalar<Value>(value: Value, size: number): Value {
    this.size = size;
    this.height = 0;
    return value;
  }

  private container(container: Container, depth: number): unknown {
    if (container.state === 'under way') throw malformed('The pickle holds a value that contains itself.');
    if (container.state === 'built') {
      // Checked before, so that the call stack suffices, and after, since parts that were converted before have a height too.
      if (depth >= MAXIMUM_DEPTH) throw tooDeep();
      container.state = 'under way';
      container.plain = this.made(container, depth);
      container.size = this.size;
      container.height = this.height;
      if (container.height > MAXIMUM_DEPTH) throw tooDeep();
      container.state = 'done';
    }
    this.size = container.size;
    this.height = container.height;
    return container.plain;
  }

  private made({ kind, items }: Container, depth: number): unknown {
    if (kind === 'dict') return this.object(items, depth);
    if (kind !== 'message') return this.array(items, depth);
    const [fields] = items;
    if (fields === undefined) throw malformed('A message of the pickle has no fields.');
    return this.plain(fields, depth);
  }

  /** Converts in place, as the items are not needed afterwards. */
  private array(items: unknown[], depth: number): unknown[] {
    let size = 2;
    let height = 0;
    for (let i = 0; i < items.length; i++) {
      items[i] = this.plain(items[i] as PickleValue, depth + 1);
      size = this.sum(size, this.size);
      if (this.height > height) height = this.height;
    }
    this.size = size;
    this.height = height + 1;
    return items;
  }

  private object(items: readonly PickleValue[], depth: number): JsonObject {
    requireFewKeys(items.length / 2);
    const object: JsonObject = {};
    let size = 2;
    let height = 0;
    for (let i = 0; i < items.length; i += 2) {
      const key = keyText(items[i] as PickleValue);
      setKey(object, key, this.plain(items[i + 1] as PickleValue, depth + 1));
      size = this.sum(size, key.length + 4 + this.size);
      if (this.height > height) height = this.height;
    }
    this.size = size;
    this.height = height + 1;
    return object;
  }

  private sum(size: number, more: number): number {
    const sum = size + more;
    if (sum > this.maximumSize) throw malformed('The pickle would become far larger than it is.');
    return sum;
  }
}

/** A key as Python's json module writes it. */
function keyText(key: PickleValue): string {
  if (typeof key === 'string') return key;
  if (key === null || typeof key === 'boolean' || typeof key === 'bigint' || Number.isSafeInteger(key)) {
    return String(key);
  }
  throw malformed('A key of a dict in the pickle is neither text nor an integer.');
}

function tooDeep(): DecodeError {
  return malformed(`The pickle nests deeper than ${MAXIMUM_DEPTH} levels.`);
}
