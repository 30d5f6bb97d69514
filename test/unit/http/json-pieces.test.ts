import { describe, expect, it } from 'vitest';
import { JsonText } from '../../../src/domain/json-text.js';
import { jsonPieces } from '../../../src/http/json-pieces.js';

describe('the pieces of an answer', () => {
  it.each([
    [null],
    [[]],
    [{}],
    [[1, 'a', null]],
    [{ items: [], next: undefined, last: null }],
    [
      {
        duplicate: false,
        sub_groups: [{ number: 1, rows: [{ meta: { a: [{ b: 1 }] } }, { meta: null }] }],
        alerts: [],
      },
    ],
    [{ page: { of: { tables: [{ number: 1 }] } } }],
    [[{ '"': '\n' }, [{ a: [] }], 5]],
  ])('of %j are the JSON of it', (value) => {
    expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
  });

  it('hold one item of a list each', () => {
    const long = 'x'.repeat(1_000);
    const answer = { rows: Array.from({ length: 9 }, (_, n) => ({ n, meta: { long } })) };
    expect(Math.max(...[...jsonPieces(answer)].map((piece) => piece.length))).toBeLessThan(1_100);
  });

  it('leave stored text as it is, which JSON.stringify reads', () => {
    const row = { uuid: 'a', meta: JsonText.of('{"b": 1.0}') };
    expect([...jsonPieces({ rows: [row] })].join('')).toBe('{"rows":[{"uuid":"a","meta":{"b": 1.0}}]}');
    expect(JSON.stringify(row)).toBe('{"uuid":"a","meta":{"b":1}}');
    expect([JsonText.of(null), JsonText.of('null')]).toEqual([null, null]);
  });
});
