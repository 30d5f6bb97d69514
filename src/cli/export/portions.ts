import { asSnewsError } from '../../client/snews-error.js';
import { type CliRetryOptions, withRetry } from '../retry.js';
import type { ServerConnection } from '../server.js';
import { toJson } from '../terminal.js';

export const FORMATS = ['jsonl', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** A page of a list, as it is written. */
export interface ExportPortion {
  readonly text: string;
  readonly items: number;
}

const ACCEPT = { jsonl: 'application/json', csv: 'text/csv' } as const;

/**
 * A list from its beginning to its end, a page at a time; a page that fails is requested again.
 * @param path of the list
 * @param query its filters
 * @param withHeader CSV begins with the line of column names
 * @throws SnewsError
 */
export async function* portionsOf(
  server: ServerConnection,
  path: string,
  query: Readonly<Record<string, string>>,
  { format, withHeader, ...retry }: { format: Format; withHeader: boolean } & CliRetryOptions,
): AsyncGenerator<ExportPortion> {
  let search: string | undefined = `?${new URLSearchParams(query)}`;
  for (let isFirst = true; search !== undefined; isFirst = false) {
    const url: string = `${server.url}${path}${search}`;
    const page = await withRetry(() => fetchPage(server, url, format, retry.signal), retry);
    // It was interrupted, which the caller knows by the signal.
    if (page === undefined) return;
    yield format === 'csv' ? csvPortion(page.text, withHeader && isFirst) : jsonPortion(page.text);
    search = page.next;
  }
}

async function fetchPage({ key }: ServerConnection, url: string, format: Format, signal: AbortSignal) {
  const response = await fetch(url, {
    headers: { accept: ACCEPT[format], ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw asSnewsError(response, problemIn(text));
  return { text, next: nextIn(response.headers.get('link')) };
}

function problemIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The query of the next page. The path is not used, because a proxy may serve the server under another one. */
function nextIn(link: string | null): string | undefined {
  const [, target] = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? '') ?? [];
  return target === undefined ? undefined : new URL(target, 'http://server').search;
}

function jsonPortion(text: string): ExportPortion {
  const { items, sub_groups } = JSON.parse(text) as Readonly<Record<string, readonly unknown[] | undefined>>;
  const found = items ?? sub_groups ?? [];
  return { text: found.map((item) => `${toJson(item)}\n`).join(''), items: found.length };
}

/** The names of columns contain no line end. */
function csvPortion(text: string, withHeader: boolean): ExportPortion {
  const rows = text.slice(text.indexOf('\n') + 1);
  return { text: withHeader ? text : rows, items: linesOf(rows) };
}

/** Counts the lines of CSV. A line end within quotes is part of the text (RFC 4180). */
function linesOf(csv: string): number {
  let lines = 0;
  let isQuoted = false;
  for (const character of csv) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\n' && !isQuoted) lines++;
  }
  return lines;
}
