import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { codeSpans } from '../../support/documents.js';

/** Of what is logged: `kafka:not-ready`. */
const EVENT = /^[a-z]+(?:-[a-z]+)*:[a-z]+(?:-[a-z]+)*$/;
/** Written alike, and not logged. */
const NO_EVENT = new Set(['host:port', 'about:blank', 'chat:write', 'channels:read']);

async function source(): Promise<string> {
  const folder = new URL('../../../src/', import.meta.url);
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  return (await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))).join('\n');
}

it('every log event that the documents name is logged', async () => {
  const code = await source();
  const events = (await codeSpans()).filter(({ text }) => EVENT.test(text) && !NO_EVENT.has(text));
  expect(events.length).toBeGreaterThan(30);
  expect(events.filter(({ text }) => !code.includes(`'${text}'`))).toEqual([]);
});
