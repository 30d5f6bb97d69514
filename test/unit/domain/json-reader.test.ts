import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { JsonError, type JsonErrorKind } from '../../../src/domain/json-error.js';
import { type JsonRules, readJsonText } from '../../../src/domain/json-reader.js';

const REST: JsonRules = { integers: 'exact', prototypeKeys: 'reject', maximumKeys: Number.POSITIVE_INFINITY };
const KAFKA: JsonRules = { integers: 'bigint', prototypeKeys: 'drop', maximumKeys: 3 };

type Rejected = readonly [kind: JsonErrorKind, path: readonly PropertyKey[]];

/** The value, or what is wrong with the text and where. */
function read(text: string, rules = REST): unknown {
  try {
    return readJsonText(text, rules);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return [error.kind, error.path] satisfies Rejected;
  }
}

describe('whatever the text, it is read as JSON.parse reads it, or rejected', () => {
  const same = (text: string) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      expect(read(text)).toEqual(['syntax', expect.any(Array)]);
      return;
    }
    expect(read(text)).toEqual(value);
  };

  it('for any JSON', () => {
    const json = fc.jsonValue({ maxDepth: 8 }).map((value) => JSON.stringify(value));
    const plain = json.filter((text) => !/__proto__|constructor|\\u0000|\\ud[89a-f]|\d{16}/i.test(text));
    fc.assert(fc.property(plain, same), { numRuns: 2_000 });
  });

  it('for JSON with characters put in, left out and exchanged', () => {
    const pieces = fc.constantFrom(...'{}[]:,"\\ \n0123456789-+.eEtrufalsn', 'null', 'NaN', '-Infinity', '1e2', '"a":');
    const texts = fc.array(pieces, { maxLength: 12 }).map((some) => some.join(''));
    // Escapes and numbers that JSON.parse would alter have tests of their own.
    const comparable = texts.filter((text) => !/\\u|\d{16}|e[+]?\d{3}/i.test(text));
    fc.assert(fc.property(comparable, same), { numRuns: 20_000 });
  });
});

describe('bounds', () => {
  it('of depth: 64 levels', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(read(nested(64))).toEqual(JSON.parse(nested(64)));
    expect(read(nested(65))).toMatchObject(['depth', { length: 64 }]);
  });

  it('of keys of one object, equal ones counted each', () => {
    expect(read('{"a":1,"b":2,"c":{"d":3}}', KAFKA)).toEqual({ a: 1, b: 2, c: { d: 3 } });
    expect(read('[{"a":1,"a":2,"a":3,"a":4}]', KAFKA)).toEqual(['keys', [0]]);
  });

  test.each(['NaN', '-NaN', 'Infinity', '-Infinity', '[NaN]', 'nan'])(
    '%s, as Python writes it, is not JSON',
    (text) => {
      for (const rules of [REST, KAFKA]) expect(read(text, rules)).toMatchObject(['syntax', {}]);
    },
  );
});

test('of equal keys the last counts, and each value is checked', () => {
  expect(read('{"a":1,"b":2,"a":3}')).toEqual({ a: 3, b: 2 });
  expect(read('{"a":"\\u0000","a":1}')).toEqual(['text', ['a']]);
});

describe('numbers', () => {
  test.each([
    ['9007199254740991', 9007199254740991, 9007199254740991],
    ['9007199254740993', ['integer', []], 9007199254740993n],
    ['-9007199254740993', ['integer', []], -9007199254740993n],
    // A power of two: exact as a double.
    ['18446744073709551616', 2 ** 64, 2n ** 64n],
    ['1e308', 1e308, 1e308],
    ['1e309', ['number', []], ['number', []]],
    ['9'.repeat(400), ['number', []], ['number', []]],
    ['-0', -0, -0],
    ['0.1000000000000000055', 0.1, 0.1],
  ])('%s', (text, rest, kafka) => {
    expect(read(text)).toEqual(rest);
    expect(read(text, KAFKA)).toEqual(kafka);
  });
});

describe('text', () => {
  it('that can not be stored is an error, with the path to it', () => {
    expect(read('{"a":[1,{"b":"\\ud800"}]}')).toEqual(['text', ['a', 1, 'b']]);
    expect(read('{"a":{"\\u0000":1}}')).toEqual(['text', ['a']]);
    expect(read('"\\u0000"')).toEqual(['text', []]);
  });

  it('may hold anything else', () => {
    expect(read('["\\ud83d\\ude00","é","\\u0001"]')).toEqual(['\ud83d\ude00', 'é', '\u0001']);
  });
});

describe('keys that lead to a prototype', () => {
  const proto = '{"a":{"__proto__":{"b":1},"c":2}}';
  const maker = '{"constructor":{"prototype":{"b":1}}}';

  it('are errors where they are rejected, also in disguise', () => {
    expect([read(proto), read(maker), read('{"\\u005f_proto__":1}')]).toEqual([
      ['prototype', ['a']],
      ['prototype', []],
      ['prototype', []],
    ]);
    expect(read('{"constructor":"Super-K crew"}')).toEqual({ constructor: 'Super-K crew' });
  });

  it('change nothing where they are dropped', () => {
    expect(read(proto, KAFKA)).toEqual({ a: { c: 2 } });
    expect(read(maker, KAFKA)).toEqual({ constructor: { prototype: { b: 1 } } });
    expect('b' in {}).toBe(false);
  });
});
