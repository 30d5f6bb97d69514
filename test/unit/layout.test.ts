import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Unit tests of no file of src, and what they test. Those in `documents` test documents. */
const OTHERS: Readonly<Record<string, string>> = {
  layout: 'where tests stand',
  'domain/coincidence/oracle': 'both engines, against what snews_cs did',
  'domain/coincidence/sequences': 'the random sequences that the tests of the engines use',
  'http/openapi': 'the OpenAPI document',
  'intake/wire/fuzz': 'all of the wire, with records that nobody wrote',
};

const testsIn = (folder: string) =>
  readdirSync(`${ROOT}test/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -'.test.ts'.length));

/** A file or a room of src; `complete-traces` tests `complete`. */
function isInSrc(name: string): boolean {
  const parts = name.split('-');
  const names = parts.map((_, i) => parts.slice(0, i + 1).join('-'));
  return names.some((one) => ['', '.ts', '.tsx'].some((end) => existsSync(`${ROOT}src/${one}${end}`)));
}

it('a unit test stands where its file stands in src, or says what else it tests', () => {
  const tests = testsIn('unit');
  const isOther = (name: string) => name.startsWith('documents/') || OTHERS[name] !== undefined;
  expect(tests.filter((name) => !isInSrc(name) && !isOther(name))).toEqual([]);
  expect(Object.keys(OTHERS).filter((name) => !tests.includes(name) || isInSrc(name))).toEqual([]);
});

it('an integration test stands in the room of src that it tests', () => {
  const rooms = [...new Set(testsIn('integration').map((name) => name.slice(0, name.lastIndexOf('/'))))];
  expect(rooms.filter((room) => !existsSync(`${ROOT}src/${room}`))).toEqual([]);
});
