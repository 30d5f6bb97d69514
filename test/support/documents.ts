import { readdir, readFile } from 'node:fs/promises';

const ROOT = new URL('../../', import.meta.url);

/**
 * What stands after a block's language, where readers don't see it: how the block is tested.
 * `no-test REASON`: not at all · `answers STATUS`: its last call is refused with this status · `stopped`: while the
 * server is stopped · `python`: where there is a Python · `backup`: where there is a pg_dump.
 */
export type Mark =
  | { readonly kind: 'none' | 'stopped' | 'python' | 'backup' }
  | { readonly kind: 'no-test'; readonly reason: string }
  | { readonly kind: 'answers'; readonly status: number };

/** A fenced block of code of a document. */
export interface Snippet {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly mark: Mark;
  readonly code: string;
}

/** All fenced blocks of README.md and docs/, the README's first. */
export async function snippets(): Promise<readonly Snippet[]> {
  const all = (await documentNames()).map(snippetsOf);
  return (await Promise.all(all)).flat();
}

/** The fenced blocks of one document, in order. */
export async function snippetsOf(document: string): Promise<readonly Snippet[]> {
  const text = await readFile(new URL(document, ROOT), 'utf8');
  return [...text.matchAll(/^```(\w*)(?: ([^\n]*))?\n(.*?)^```$/gms)].map((match) => {
    const [, language = '', info = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    return { document, line, language, mark: readMark(info, `${document}:${line}`), code };
  });
}

/** @throws for a mark that isn't one: a typing error must not take a command out of the test */
function readMark(info: string, where: string): Mark {
  const [kind = '', ...rest] = info.trim().split(' ');
  const more = rest.join(' ');
  if (kind === '' && more === '') return { kind: 'none' };
  if (kind === 'no-test' && more.length >= 10) return { kind, reason: more };
  if (kind === 'answers' && /^[45]\d\d$/.test(more)) return { kind, status: Number(more) };
  if ((kind === 'stopped' || kind === 'python' || kind === 'backup') && more === '') return { kind };
  throw new Error(`${where}: "${info}" doesn't say how the block is tested, or not why it isn't`);
}

/** A command line that stands within a sentence or a table. */
export interface InlineCommand {
  readonly document: string;
  /** Its words after `snews`; `|` between two means either. */
  readonly words: readonly string[];
}

/** Every `snews …` of README.md and docs/ that isn't in a block. */
export async function inlineCommands(): Promise<readonly InlineCommand[]> {
  return (await codeSpans()).flatMap(({ document, text }) => {
    const line = /^(?:npx )?snews (.+)$/s.exec(text)?.[1];
    return line === undefined ? [] : [{ document, words: line.replaceAll('\\|', '|').split(/\s+/) }];
  });
}

/** What stands between backticks in README.md and docs/, outside of blocks. */
export async function codeSpans(): Promise<readonly { readonly document: string; readonly text: string }[]> {
  const found: { document: string; text: string }[] = [];
  for (const document of await documentNames()) {
    const text = (await readFile(new URL(document, ROOT), 'utf8')).replaceAll(/^```.*?^```$/gms, '');
    for (const [, span = ''] of text.matchAll(/`([^`]+)`/g)) found.push({ document, text: span });
  }
  return found;
}

async function documentNames(): Promise<readonly string[]> {
  const docs = (await readdir(new URL('docs/', ROOT))).filter((name) => name.endsWith('.md')).toSorted();
  return ['README.md', ...docs.map((name) => `docs/${name}`)];
}
