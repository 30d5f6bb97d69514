import { expect, test } from 'vitest';
import { logTo } from '../../../src/observability/log.js';

/** A reader that takes what was written when `read` is called. */
function reader() {
  let waiting = 0;
  const taken: string[] = [];
  return {
    taken,
    get writableLength() {
      return waiting;
    },
    write(text: string) {
      waiting += text.length;
      taken.push(text);
    },
    read() {
      waiting = 0;
    },
  };
}

test('a reader that stops gets the buffered lines, and then the number of dropped ones', () => {
  const output = reader();
  const lines = logTo(output);
  const line = `${'x'.repeat(1024 * 1024)}\n`;
  for (let count = 0; count < 20; count++) lines.write(line);
  expect(output.taken).toHaveLength(8);
  output.read();
  lines.write('again\n');
  expect(JSON.parse(output.taken[8] ?? '')).toMatchObject({ level: 40, msg: 'log:lines-dropped', lines: 12 });
  expect(output.taken.slice(9)).toEqual(['again\n']);
});

test('each line is formatted', () => {
  const output = reader();
  logTo(output, (line) => line.toUpperCase()).write('a line\n');
  expect(output.taken).toEqual(['A LINE\n']);
});
