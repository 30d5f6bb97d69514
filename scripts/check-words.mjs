/**
 * Fails if a document uses a word of words.mjs that is not used here; prints file:line, the word and what to say.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORDS } from './words.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** In what is written over several lines a phrase may go on behind these. */
const BREAK = String.raw`(?: |\n[ \t]*(?:\*|\/\/|>|-)?[ \t]*)`;

/** Files and folders that are read, and which files of a folder. */
const DOCUMENTS = [
  ['README.md'],
  ['CHANGELOG.md'],
  ['docker-compose.yml'],
  ['docs', /\.md$/],
  ['bench', /\.md$/],
  ['deploy', /\.(yml|json)$/],
];

const rules = WORDS.map(({ words, say, exceptions = [] }) => ({ patterns: words.map(patternOf), say, exceptions }));
let wrong = 0;

for (const file of (await Promise.all(DOCUMENTS.map(filesOf))).flat().sort()) {
  check(file, await readFile(join(ROOT, file), 'utf8'));
}
if (wrong > 0) process.exitCode = 1;
else process.stdout.write('The documents use the words of the glossary.\n');

/** @returns the paths of the files, from the root */
async function filesOf([place, name]) {
  if (name === undefined) return [place];
  const names = await readdir(join(ROOT, place), { recursive: true });
  return names.filter((one) => name.test(one)).map((one) => join(place, one));
}

function check(file, text) {
  const plain = inWords(text);
  for (const { patterns, say, exceptions } of rules) {
    const allowed = exceptions.filter(({ files }) => files.test(file)).flatMap(({ text: one }) => rangesOf(one, text));
    for (const { pattern, isExact } of patterns) {
      for (const match of (isExact ? text : plain.text).matchAll(pattern)) {
        const at = isExact ? match.index : plain.placeOf(match.index);
        if (allowed.some(({ from, to }) => at >= from && at < to)) continue;
        const line = text.slice(0, at).split('\n').length;
        process.stderr.write(`${file}:${line} "${match[0].replaceAll(/\s+/g, ' ')}": say ${say}\n`);
        wrong++;
      }
    }
  }
}

/** Where an exception's text stands; without one it is the whole file. */
function rangesOf(pattern, text) {
  if (pattern === undefined) return [{ from: 0, to: text.length }];
  const all = [...text.matchAll(new RegExp(pattern, 'g'))];
  return all.map(({ 0: match, index }) => ({ from: index, to: index + match.length }));
}

function patternOf(word) {
  if (word.endsWith(':*')) return { pattern: new RegExp(`\\b${word.slice(0, -1)}[a-z]+\\b`, 'g'), isExact: true };
  if (/[a-z][A-Z]/.test(word)) return { pattern: new RegExp(`\\b${word}\\b`, 'g'), isExact: true };
  return { pattern: new RegExp(`\\b${word.replaceAll(' ', BREAK)}\\b`, 'gi'), isExact: false };
}

/** The text with identifiers taken apart: lastBeat and LAST_BEAT are two words. */
function inWords(text) {
  const places = [];
  let plain = '';
  for (let index = 0; index < text.length; index++) {
    if (/[A-Z]/.test(text[index]) && /[a-z0-9]/.test(text[index - 1] ?? '')) {
      places.push(index);
      plain += ' ';
    }
    places.push(index);
    plain += text[index] === '_' ? ' ' : text[index];
  }
  return { text: plain, placeOf: (index) => places[index] };
}
