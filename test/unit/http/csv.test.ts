import { expect, it } from 'vitest';
import { JsonText } from '../../../src/domain/json-text.js';
import { type CsvColumn, csvLine, headerLine, jsonCell } from '../../../src/http/csv.js';

type Cell = string | number | boolean | null;
const COLUMNS: readonly CsvColumn<readonly Cell[]>[] = [
  ['a', ([a = null]) => a],
  ['b, c', ([, b = null]) => b],
];

it.each([
  [[1e-7, null], '1e-7,\n'],
  [['plain text', true], 'plain text,true\n'],
  [['a,b', 'say "x"'], '"a,b","say ""x"""\n'],
  [['two\nlines', 'a\rb'], '"two\nlines","a\rb"\n'],
  // Of text, unlike of numbers, a spreadsheet would make a formula.
  [['=1+1', -1], "'=1+1,-1\n"],
])('%j is a line of CSV', (cells, line) => {
  expect(csvLine(cells, COLUMNS)).toBe(line);
});

it('begins with the names of its columns', () => {
  expect(headerLine(COLUMNS)).toBe('a,"b, c"\n');
});

it('holds JSON on one line', () => {
  expect([jsonCell(null), jsonCell({ a: [1] }), jsonCell(new JsonText('{\n"a":\r\n1}'))]).toEqual([
    null,
    '{"a":[1]}',
    '{ "a": 1}',
  ]);
});
