import { isFitText } from '../../domain/messages/fit-text.js';
import { type DecodeError, malformed } from './decode-error.js';
import { type JsonObject, requireFewKeys, setKey } from './json-object.js';
import { MAXIMUM_DEPTH, MAXIMUM_INTEGER_DIGITS } from './limits.js';

/**
 * Parses JSON (RFC 8259) without loss: an integer that a double can't represent becomes a bigint. Of equal keys the last one
 * counts, as in Python and JSON.parse.
 * @throws DecodeError malformed, also for values that can't be stored or would be changed: NUL characters, lone
 * surrogates, numbers beyond the range of a double
 */
export function readJson(text: string): unknown {
  return new JsonReader(text).document();
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

class JsonReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

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

  private goIn(): void {
    this.at++;
    if (++this.depth > MAXIMUM_DEPTH) throw malformed(`The JSON nests deeper than ${MAXIMUM_DEPTH} levels.`);
  }

  /** Whether the array or object ends here. */
  private goOut(closing: number): boolean {
    const isEnd = this.skip(closing);
    if (isEnd) this.depth--;
    return isEnd;
  }

  private object(): JsonObject {
    this.goIn();
    const object: JsonObject = {};
    if (this.goOut(CLOSING_BRACE)) return object;
    let keys = 0;
    do {
      requireFewKeys(++keys);
      if (this.next() !== QUOTE) throw this.unexpected();
      const key = this.string();
      if (!this.skip(COLON)) throw this.unexpected();
      setKey(object, key, this.value());
    } while (this.skip(COMMA));
    if (!this.goOut(CLOSING_BRACE)) throw this.unexpected();
    return object;
  }

  private array(): unknown[] {
    this.goIn();
    const array: unknown[] = [];
    if (this.goOut(CLOSING_BRACKET)) return array;
    do array.push(this.value());
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
      throw malformed(`Not JSON: a wrong escape in the string at character ${begin}.`);
    }
    if (isFitText(value)) return value;
    throw malformed(`The string at character ${begin} holds a NUL character or a lone surrogate.`);
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
    if (isInteger && count > MAXIMUM_INTEGER_DIGITS) throw malformed(`An integer has ${count} digits.`);
    const value = Number(literal);
    if (!Number.isFinite(value)) throw malformed('A number is beyond what a double can carry.');
    return isInteger && !Number.isSafeInteger(value) ? BigInt(literal) : value;
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

  private unexpected(): DecodeError {
    const isEnd = this.at >= this.text.length;
    return malformed(isEnd ? 'Not JSON: it ends too early.' : `Not JSON at character ${this.at}.`);
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
