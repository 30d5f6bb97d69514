import { type DecodeError, malformed } from '../decode-error.js';
import { allowedName, ENUM, MESSAGE, SET } from './allowed-names.js';
import { Container, isOf, type PickleValue } from './values.js';

/** Python's picklers put at most 1,000 items on the stack per level of nesting. */
const MAXIMUM_STACK = 200_000;
const MAXIMUM_MEMO = 100_000;

/** The largest number of entries of a message's state, of which Pydantic writes four. They are searched linearly. */
const MAXIMUM_STATE = 16;

/** A list takes about a hundred bytes in memory, and in the pickle one or two if it is empty, four otherwise. */
function maximumContainers(bytes: number): number {
  return Math.min(100_000, 1_000 + bytes / 4);
}

/**
 * The state of the stack machine whose program a pickle is (Python's Lib/pickletools.py describes it), without anything that
 * could run code. The work of an operation is bounded by the number of bytes that led to it.
 */
export class Machine {
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack at the open marks. */
  private readonly marks: number[] = [];
  private readonly memo: (PickleValue | undefined)[] = [];
  private remembered = 0;
  private containersLeft: number;
  /** How many items may still be copied: many calls with one long list would make many copies. */
  private copiesLeft: number;

  /** @param bytes the length of the pickle, which bounds the work */
  constructor(bytes: number) {
    this.containersLeft = maximumContainers(bytes);
    this.copiesLeft = bytes;
  }

  /** The result of the pickle: the only value left on the stack. */
  stop(): PickleValue {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw malformed('The pickle leaves something on its stack.');
    return value;
  }

  push(value: PickleValue): void {
    if (this.stack.length >= MAXIMUM_STACK) throw malformed(`The pickle puts ${MAXIMUM_STACK} values on its stack.`);
    this.stack.push(value);
  }

  pushNew(kind: Container['kind'], items: PickleValue[]): void {
    if (--this.containersLeft < 0) throw malformed('The pickle is made of too many lists, dicts and such.');
    this.push(new Container(kind, items));
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** Values below the topmost mark are out of reach until the mark is popped. */
  private get floor(): number {
    return this.marks.at(-1) ?? 0;
  }

  private top(): PickleValue {
    if (this.stack.length <= this.floor) throw malformed('The pickle takes more from its stack than is there.');
    return this.stack[this.stack.length - 1] as PickleValue;
  }

  pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  popMany(count: number): PickleValue[] {
    const begin = this.stack.length - count;
    if (begin < this.floor) throw malformed('The pickle takes more from its stack than is there.');
    return this.cut(begin);
  }

  popToMark(): PickleValue[] {
    const begin = this.marks.pop();
    if (begin === undefined) throw malformed('The pickle misses a mark on its stack.');
    return this.cut(begin);
  }

  private cut(begin: number): PickleValue[] {
    const items = this.stack.slice(begin);
    this.stack.length = begin;
    return items;
  }

  popValueOrMark(): void {
    if (this.marks.length > 0 && this.stack.length === this.floor) this.marks.pop();
    else this.pop();
  }

  remember(index: number): void {
    if (index >= MAXIMUM_MEMO) throw malformed(`The pickle remembers a value under ${index}.`);
    if (this.memo[index] === undefined) this.remembered++;
    this.memo[index] = this.top();
  }

  memoize(): void {
    this.remember(this.remembered);
  }

  recall(index: number): void {
    const value = this.memo[index];
    if (value === undefined) throw malformed('The pickle recalls what it has not remembered.');
    this.push(value);
  }

  append(items: PickleValue[]): void {
    const list = this.top();
    if (!isOf('list', list)) throw malformed('The pickle appends to what is no list.');
    list.items = joined(list.items, items);
  }

  addItems(items: PickleValue[]): void {
    const set = this.top();
    if (!isOf('set', set)) throw malformed('The pickle adds to what is no set.');
    set.items = joined(set.items, items);
  }

  setItems(items: PickleValue[]): void {
    const dict = this.top();
    if (!isOf('dict', dict)) throw malformed('The pickle sets a key of what is no dict.');
    if (items.length % 2 !== 0) throw malformed('A dict of the pickle has a key without a value.');
    dict.items = joined(dict.items, items);
  }

  pushName([module, name]: readonly PickleValue[]): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw malformed('A name in the pickle is no text.');
    this.push(allowedName(module, name));
  }

  newObject([type, argument]: readonly PickleValue[]): void {
    if (type !== MESSAGE || !isOf('tuple', argument) || argument.items.length > 0) {
      throw malformed('The pickle makes an object otherwise than messages are made.');
    }
    this.pushNew('message', []);
  }

  call([callable, argument]: readonly PickleValue[]): void {
    if (!isOf('tuple', argument) || argument.items.length !== 1) throw wrongCall();
    const [value] = argument.items;
    if (callable === ENUM && typeof value === 'string') {
      this.push(value);
    } else if (callable === SET && isOf('list', value)) {
      this.copiesLeft -= value.items.length;
      if (this.copiesLeft < 0) throw malformed('The pickle copies one list again and again.');
      this.pushNew('set', value.items.slice());
    } else {
      throw wrongCall();
    }
  }

  /** Sets the state that Pydantic wrote: a message's fields are its `__dict__`; the rest is not needed. */
  build(state: PickleValue): void {
    const message = this.top();
    if (!isOf('message', message) || message.items.length > 0) {
      throw malformed('The pickle gives a state to what is no new message.');
    }
    const fields =
      isOf('dict', state) && state.items.length <= 2 * MAXIMUM_STATE ? lastOf(state, '__dict__') : undefined;
    if (!isOf('dict', fields)) throw malformed('The state of a message in the pickle has no __dict__.');
    message.items.push(fields);
  }
}

/** Appends items. Most containers get all of them at once, which then needs no copy. */
function joined(items: PickleValue[], more: PickleValue[]): PickleValue[] {
  if (items.length === 0) return more;
  for (const item of more) items.push(item);
  return items;
}

function lastOf({ items }: Container, key: string): PickleValue | undefined {
  for (let i = items.length - 2; i >= 0; i -= 2) if (items[i] === key) return items[i + 1];
  return undefined;
}

function wrongCall(): DecodeError {
  return malformed('The pickle makes a call otherwise than messages need.');
}
