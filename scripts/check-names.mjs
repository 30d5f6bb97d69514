/**
 * One name, one type: fails if two files of src export a type of the same name. The client is a package of its own, and
 * what Prisma generates is not ours to name.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NOT_OURS = /^src\/(client|generated)\//;
const EXPORTED = /^export (?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)/gm;

const files = (await readdir(join(ROOT, 'src'), { recursive: true }))
  .map((name) => join('src', name))
  .filter((name) => /\.tsx?$/.test(name) && !NOT_OURS.test(name))
  .sort();

const places = new Map();
for (const file of files) {
  const names = new Set([...(await readFile(join(ROOT, file), 'utf8')).matchAll(EXPORTED)].map(([, name]) => name));
  for (const name of names) places.set(name, [...(places.get(name) ?? []), file]);
}

const doubled = [...places].filter(([, where]) => where.length > 1);
for (const [name, where] of doubled) process.stderr.write(`The type ${name} is exported by ${where.join(' and ')}.\n`);
if (doubled.length > 0) process.exitCode = 1;
else process.stdout.write(`${places.size} exported types, each of a name of its own.\n`);
