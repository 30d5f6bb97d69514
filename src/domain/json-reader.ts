import { JsonError } from './json-error.js';
import { isFitText } from './messages/fit-text.js';

/** How deep arrays and objects may nest: no message of the field comes near. */
export const MAXIMUM_DEPTH = 64;

/** An integer of more than 1,023 bits is infinite for every reader that parses numbers as doubles. */
export const MAXIMUM_INTEGER_DIGITS = 308;

/** Where inputs differ. */
export interface JsonRules {
  /**
   * What becomes of an integer beyond 2^53. `bigint`: a bigint, of at most MAXIMUM_INTEGER_DIGITS. `exact`: a number if a
   * double carries it exactly, else an error.
   */
  readonly integers: 'bigint' | 'exact';
  /**
   * What becomes of keys by which careless code could change a prototype. `drop`: `__proto__` is left out. `reject`:
   * `__proto__`, and `constructor` with `prototype` in it, are errors.
   */
  readonly prototypeKeys: 'drop' | 'reject';
  /** Keys of one object; those that are equal count each. */
  readonly maximumKeys: number;
}

/**
 * Reads JSON (RFC 8259) that comes from outside, without altering it:
 *
 * - Size: the input bounds it (REST 256 KiB, Kafka 8 MiB). Time and memory grow in proportion to it.
 * - Depth: MAXIMUM_DEPTH.
 * - Numbers beyond a double are errors. Integers that a double can't carry exactly: see `JsonRules`.
 * - NaN, Infinity and -Infinity, which Python writes, are not JSON and are errors.
 * - Equal keys: the last one counts, as in Python and JSON.parse. The values of the others are checked all the same.
 * - NUL characters and lone surrogates are errors: PostgreSQL can't store them.
 * - Keys that lead to an object's prototype: see `JsonRules`.
 *
 * JSON of our own (from the database, from our server, in our files) is read with JSON.parse.
 * @throws JsonError and nothing else
 */
export function readJsonText(text: string, rules: JsonRules): unknown {
  return new JsonReader(text, rules).document();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** An integer of this many digits is always exact in a double. */
const EXACT_DIGITS = 15;

type JsonRecord = Record<string, unknown>;

class JsonReader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly rules: JsonRules,
  ) {}

  document(): unknown {
    const value = this.value();
    if (!Number.isNaN(this.next())) throw this.unexpected();
    return value;
  }

  /** The code of the next character that isn't a blank; NaN at the end. */
  private next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at++;
    }
  }

  private value(): unknown {
    const code = this.next();
    switch (code) {
      case QUOTE:
        return this.string();
      case OPENING_BRACE:
        return this.object();
      case OPENING_BRACKET:
        return this.array();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        if (code === MINUS || isDigit(code)) return this.number();
        throw this.unexpected();
    }
  }

  /** A value in an array or object. */
  private member(key: PropertyKey): unknown {
    try {
      return this.value();
    } catch (error) {
      if (error instanceof JsonError) error.path.unshift(key);
      throw error;
    }
  }

  private goIn(): void {
    this.at++;
    if (++this.depth > MAXIMUM_DEPTH) {
      throw new JsonError('depth', `The JSON nests deeper than ${MAXIMUM_DEPTH} levels.`);
    }
  }

  /** Whether the array or object ends here. */
  private goOut(closing: number): boolean {
    const isEnd = this.skip(closing);
    if (isEnd) this.depth--;
    return isEnd;
  }

  private object(): JsonRecord {
    this.goIn();
    const object: JsonRecord = {};
    if (this.goOut(CLOSING_BRACE)) return object;
    let keys = 0;
    let hasConstructor = false;
    do {
      if (++keys > this.rules.maximumKeys) {
        throw new JsonError('keys', `An object has more than ${this.rules.maximumKeys} keys.`);
      }
      if (this.next() !== QUOTE) throw this.unexpected();
      const key = this.string();
      if (!this.skip(COLON)) throw this.unexpected();
      const value = this.member(key);
      hasConstructor ||= key === 'constructor';
      if (key !== '__proto__') object[key] = value;
      else if (this.rules.prototypeKeys === 'reject') throw prototypeKey('The key "__proto__" is not accepted.', key);
    } while (this.skip(COMMA));
    if (!this.goOut(CLOSING_BRACE)) throw this.unexpected();
    if (hasConstructor && this.rules.prototypeKeys === 'reject') requireNoPrototype(object['constructor']);
    return object;
  }

  private array(): unknown[] {
    this.goIn();
    const array: unknown[] = [];
    if (this.goOut(CLOSING_BRACKET)) return array;
    do array.push(this.member(array.length));
    while (this.skip(COMMA));
    if (!this.goOut(CLOSING_BRACKET)) throw this.unexpected();
    return array;
  }

  private skip(code: number): boolean {
    if (this.next() !== code) return false;
    this.at++;
    return true;
  }

  private word<Value>(word: string, value: Value): Value {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected();
    this.at += word.length;
    return value;
  }

  private string(): string {
    const { text } = this;
    const begin = this.at + 1;
    let escaped = false;
    for (this.at = begin; ; this.at++) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        this.at++;
      } else if (!(code >= 0x20)) {
        throw this.unexpected();
      }
    }
    this.at++;
    return escaped ? this.unescape(begin - 1) : text.slice(begin, this.at - 1);
  }

  private unescape(begin: number): string {
    let value: string;
    try {
      value = JSON.parse(this.text.slice(begin, this.at));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new JsonError('syntax', `Not JSON: a wrong escape in the string at character ${begin}.`);
    }
    if (isFitText(value)) return value;
    throw new JsonError('text', `The string at character ${begin} holds a NUL character or a lone surrogate.`);
  }

  private number(): number | bigint {
    const { text } = this;
    const begin = this.at;
    if (text.charCodeAt(begin) === MINUS) this.at++;
    const first = this.at;
    const integer = this.digits();
    const count = this.at - first;
    if (count > 1 && text.charCodeAt(first) === ZERO) throw this.unexpected();
    const isInteger = !this.fraction();
    if (isInteger && count <= EXACT_DIGITS) return first > begin ? -integer : integer;
    const literal = text.slice(begin, this.at);
    return isInteger ? this.longInteger(literal, count) : finite(literal);
  }

  private longInteger(literal: string, count: number): number | bigint {
    const { integers } = this.rules;
    if (integers === 'bigint' && count > MAXIMUM_INTEGER_DIGITS) {
      throw new JsonError('number', `An integer has ${count} digits.`, literal);
    }
    const value = finite(literal);
    if (Number.isSafeInteger(value)) return value;
    const exact = BigInt(literal);
    if (integers === 'bigint') return exact;
    if (exact === BigInt(value)) return value;
    throw new JsonError('integer', 'An integer can not be carried exactly by a double.', literal);
  }

  /** At least one digit; the value is exact up to EXACT_DIGITS of them. */
  private digits(): number {
    const begin = this.at;
    let value = 0;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (!isDigit(code)) break;
      value = value * 10 + (code - ZERO);
      this.at++;
    }
    if (this.at === begin) throw this.unexpected();
    return value;
  }

  /** Whether a fraction or an exponent follows. */
  private fraction(): boolean {
    const begin = this.at;
    if (this.text.charCodeAt(this.at) === POINT) {
      this.at++;
      this.digits();
    }
    const code = this.text.charCodeAt(this.at);
    if (code === 0x65 || code === 0x45) {
      this.at++;
      const sign = this.text.charCodeAt(this.at);
      if (sign === PLUS || sign === MINUS) this.at++;
      this.digits();
    }
    return this.at > begin;
  }

  private unexpected(): JsonError {
    const isEnd = this.at >= this.text.length;
    return new JsonError('syntax', isEnd ? 'Not JSON: it ends too early.' : `Not JSON at character ${this.at}.`);
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function finite(literal: string): number {
  const value = Number(literal);
  if (Number.isFinite(value)) return value;
  throw new JsonError('number', 'A number is beyond what a double can carry.', literal);
}

function requireNoPrototype(maker: unknown): void {
  if (typeof maker !== 'object' || maker === null || !Object.hasOwn(maker, 'prototype')) return;
  throw prototypeKey('The key "prototype" in "constructor" is not accepted.', 'prototype');
}

function prototypeKey(message: string, key: string): JsonError {
  return new JsonError('prototype', message, key);
}
