/**
 * Fails if a document, a comment, a string or an identifier of src, the Prisma schema, a title of a test or a text of the
 * OpenAPI document uses a word of words.mjs that is not used here; prints file:line, the word and what to say.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { WORDS } from './words.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** In what is written over several lines a phrase may go on behind these. */
const BREAK = String.raw`(?:[ -]|\n[ \t]*(?:\*|\/\/|>|-)?[ \t]*)`;

/** Files, and folders with the names of the files that are read there. */
const READ = [
  ['README.md'],
  ['CHANGELOG.md'],
  ['docker-compose.yml'],
  ['docs', /\.md$/],
  ['bench', /\.md$/],
  ['deploy', /\.(yml|json)$/],
  ['openapi', /^openapi\.json$/],
  ['prisma', /^schema\.prisma$/],
  ['src', /\.tsx?$/],
  ['test', /\.tsx?$/],
];
/** What others have written, or a program. */
const NOT_OURS = /^src\/(generated\/|client\/schema\.ts$)/;

const rules = WORDS.map(({ words, say, exceptions = [] }) => ({
  patterns: words.map(patternOf),
  say,
  exceptions: exceptions.map((exception) => ({ ...exception, isUsed: false })),
}));
const wrong = [];

for (const file of (await Promise.all(READ.map(filesOf))).flat().sort()) {
  const text = await readFile(join(ROOT, file), 'utf8');
  check(file, text, file.startsWith('test/') ? titlesOf(file, text) : [{ from: 0, to: text.length }]);
}
for (const { exceptions } of rules) {
  for (const { isUsed, files, text } of exceptions)
    if (!isUsed) wrong.push(`words.mjs: nothing needs ${files} ${text}`);
}
process.stderr.write(wrong.map((line) => `${line}\n`).join(''));
if (wrong.length > 0) process.exitCode = 1;
else process.stdout.write('Documents, source and tests use the words of the glossary.\n');

/** @returns the paths of the files, from the root */
async function filesOf([place, name]) {
  if (name === undefined) return [place];
  const names = await readdir(join(ROOT, place), { recursive: true });
  return names
    .filter((one) => name.test(one))
    .map((one) => join(place, one))
    .filter((path) => !NOT_OURS.test(path));
}

/** @param parts what of the text is checked */
function check(file, text, parts) {
  const plain = inWords(text);
  for (const { patterns, say, exceptions } of rules) {
    for (const { pattern, isExact } of patterns) {
      for (const match of (isExact ? text : plain.text).matchAll(pattern)) {
        const at = isExact ? match.index : plain.places[match.index];
        if (!isIn(parts, at) || isAllowed(exceptions, file, text, at)) continue;
        const line = text.slice(0, at).split('\n').length;
        wrong.push(`${file}:${line} "${match[0].replaceAll(/\s+/g, ' ')}": say ${say}`);
      }
    }
  }
}

function isAllowed(exceptions, file, text, at) {
  const holding = exceptions.filter((one) => one.files.test(file) && isIn(rangesOf(one.text, text), at));
  for (const one of holding) one.isUsed = true;
  return holding.length > 0;
}

function isIn(ranges, at) {
  return ranges.some(({ from, to }) => at >= from && at < to);
}

/** Where an exception's text stands; without one it is the whole file. */
function rangesOf(pattern, text) {
  if (pattern === undefined) return [{ from: 0, to: text.length }];
  const all = [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))];
  return all.map(({ 0: match, index }) => ({ from: index, to: index + match.length }));
}

/** Where the titles of a file's tests stand: the first argument of describe, it and test, however they are called. */
function titlesOf(file, text) {
  const titles = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && /^(describe|it|test)$/.test(nameOf(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        titles.push({ from: title.getStart(), to: title.end });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return titles;
}

/** `it` of it, it.skipIf(…) and it.each`…` */
function nameOf(node) {
  if (ts.isIdentifier(node)) return node.text;
  const inner = node.expression ?? node.tag;
  return inner === undefined ? '' : nameOf(inner);
}

function patternOf(word) {
  if (word.endsWith(':*')) return { pattern: new RegExp(`\\b${word.slice(0, -1)}[a-z]+\\b`, 'g'), isExact: true };
  if (/[a-z][A-Z]/.test(word)) return { pattern: new RegExp(`\\b${word}\\b`, 'g'), isExact: true };
  return { pattern: new RegExp(`\\b${word.replaceAll(' ', BREAK)}\\b`, 'gi'), isExact: false };
}

/** The text with identifiers taken apart (lastBeat and LEAST_BEATS are two words), and where each character stood. */
function inWords(text) {
  const places = [];
  let plain = '';
  for (let index = 0; index < text.length; index++) {
    if (/[A-Z]/.test(text[index]) && /[a-z0-9]/.test(text[index - 1] ?? '')) {
      places.push(index);
      plain += ' ';
    }
    places.push(index);
    plain += text[index] === '_' && /[A-Z]/.test(text[index - 1] ?? '') ? ' ' : text[index];
  }
  return { text: plain, places };
}
