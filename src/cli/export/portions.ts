import { asSnewsError } from '../../client/snews-error.js';
import { type CliPatienceOptions, patiently } from '../patience.js';
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
 * A list from its beginning to its end, a page at a time; a page that breaks off is asked for again.
 * @param path of the list
 * @param query its filters
 * @param withHeader begins with the line of names, in CSV
 * @throws SnewsError
 */
export async function* portionsOf(
  server: ServerConnection,
  path: string,
  query: Readonly<Record<string, string>>,
  { format, withHeader, ...patience }: { format: Format; withHeader: boolean } & CliPatienceOptions,
): AsyncGenerator<ExportPortion> {
  let search: string | undefined = `?${new URLSearchParams(query)}`;
  for (let isFirst = true; search !== undefined; isFirst = false) {
    const url: string = `${server.url}${path}${search}`;
    const page = await patiently(() => fetchPage(server, url, format, patience.signal), patience);
    // Interrupted: whoever reads knows.
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

/** The query of the page that follows: the server may stand behind another path than it knows itself. */
function nextIn(link: string | null): string | undefined {
  const [, target] = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? '') ?? [];
  return target === undefined ? undefined : new URL(target, 'http://server').search;
}

function jsonPortion(text: string): ExportPortion {
  const { items, sub_groups } = JSON.parse(text) as Readonly<Record<string, readonly unknown[] | undefined>>;
  const found = items ?? sub_groups ?? [];
  return { text: found.map((item) => `${toJson(item)}\n`).join(''), items: found.length };
}

/** The names of columns hold no line end. */
function csvPortion(text: string, withHeader: boolean): ExportPortion {
  const rows = text.slice(text.indexOf('\n') + 1);
  return { text: withHeader ? text : rows, items: linesOf(rows) };
}

/** Lines of CSV: an end of line between quotes is none (RFC 4180). */
function linesOf(csv: string): number {
  let lines = 0;
  let isQuoted = false;
  for (const character of csv) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\n' && !isQuoted) lines++;
  }
  return lines;
}
