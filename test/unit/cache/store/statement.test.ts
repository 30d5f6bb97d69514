import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

const TABLES = [...readFileSync(join(ROOT, 'prisma/schema.prisma'), 'utf8').matchAll(/@@map\("(\w+)"\)/g)].map(
  ([, name]) => name as string,
);

/** Words that follow a table without being a name for it. */
const NO_ALIAS = /^(where|on|using|set|order|group|limit|for|join|left|cross|as|and|offset)$/i;

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith('generated'))
  .map((file) => ({ file, text: readFileSync(join(ROOT, 'src', file), 'utf8') }));

/** What stands in a text for "whatever columns a table happens to have". */
function unnamedColumns(text: string): string[] {
  const found: string[] = [];
  const tables = TABLES.join('|');
  const names = new Set(TABLES);
  for (const [, alias] of text.matchAll(new RegExp(`\\b(?:FROM|JOIN|UPDATE|INTO) (?:${tables})(?: AS)? (\\w+)`, 'g'))) {
    if (alias !== undefined && !NO_ALIAS.test(alias)) names.add(alias);
  }
  const patterns = [
    new RegExp(`SELECT \\* FROM (?:${tables})\\b`, 'gi'),
    /RETURNING \*/gi,
    new RegExp(`\\b(?:${[...names].join('|')})\\.\\*`, 'g'),
    new RegExp(`INSERT INTO (?:${tables}) (?:VALUES|SELECT)`, 'gi'),
    /\b(?:row_to_json|to_jsonb?)\((?!.*::)\w+\)/gi,
  ];
  for (const pattern of patterns) found.push(...[...text.matchAll(pattern)].map(([match]) => match));
  return found;
}

// A prepared statement whose result gets another column fails until its connection ends: all of a running replica's
// would, as soon as a newer version's migration adds one.
test('every statement names its columns', () => {
  const found = SOURCES.flatMap(({ file, text }) => unnamedColumns(text).map((match) => `${file}: ${match}`));
  expect(SOURCES.length).toBeGreaterThan(300);
  expect(found).toEqual([]);
});

test.each([
  'SELECT * FROM cache WHERE name = $1',
  'WITH x AS (INSERT INTO broker_change VALUES ($1) RETURNING uuid) SELECT uuid FROM x',
  'DELETE FROM mail WHERE id = $1 RETURNING *',
  'SELECT o.*, 1 FROM observation o',
])('"%s" would be found', (text) => {
  expect(unnamedColumns(text)).toHaveLength(1);
});
