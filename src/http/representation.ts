import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { CsvColumn } from './csv.js';
import { bodyOf, writeCsv } from './long-answers.js';
import { ProblemError } from './problem.js';
import type { ListPage } from './schemas/list.js';

/** The media types of lists. */
export type MediaType = 'application/json' | 'text/csv';

/** In the server's order of preference. */
const OFFERED: readonly MediaType[] = ['application/json', 'text/csv'];

const CSV_WITH_HEADER = 'text/csv; charset=utf-8; header=present';

interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * The media type that a client accepts (RFC 9110, 12.5.1); JSON if it accepts any.
 * @throws ProblemError 406
 */
export function negotiate(accept: string | undefined): MediaType {
  if (accept === undefined || accept.trim() === '') return 'application/json';
  const ranges = accept.split(',').map(readRange);
  const [best] = OFFERED.map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  if (best === undefined) throw new ProblemError(406, `Only ${OFFERED.join(' and ')} are available.`);
  return best.type;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  // An invalid weight is ignored.
  return { type, quality: Number.isFinite(quality) ? quality : 1 };
}

/** The quality of the most specific range that includes the type; 0: not acceptable. */
function qualityOf(type: MediaType, ranges: readonly Range[]): number {
  const covering = [type, `${type.split('/')[0]}/*`, '*/*'];
  for (const cover of covering) {
    const range = ranges.find((candidate) => candidate.type === cover);
    if (range !== undefined) return range.quality;
  }
  return 0;
}

/**
 * Answers with the media type that the client accepts.
 * @param body the JSON
 * @param items the lines of the CSV
 */
export async function represent<Item>(
  reply: FastifyReply,
  mediaType: MediaType,
  body: object,
  items: readonly Item[],
  columns: readonly CsvColumn<Item>[],
): Promise<FastifyReply> {
  const made = await bodyOf((output) =>
    mediaType === 'text/csv' ? writeCsv(items, columns, output) : output.writeJson(body),
  );
  return sendBody(reply.header('vary', 'accept'), mediaType, made);
}

/** Sends a body of this media type. */
export function sendBody(reply: FastifyReply, mediaType: MediaType, body: string | Readable): FastifyReply {
  return reply.type(contentTypeOf(mediaType)).send(body);
}

/** Sends JSON, which may be long. */
export async function sendJson(reply: FastifyReply, value: object): Promise<FastifyReply> {
  return sendBody(reply, 'application/json', await bodyOf((output) => output.writeJson(value)));
}

export function contentTypeOf(mediaType: MediaType): string {
  return mediaType === 'application/json' ? 'application/json; charset=utf-8' : CSV_WITH_HEADER;
}

/**
 * Answers with a page. The header `Link` (RFC 8288) refers to the next one, because CSV has no field for it.
 * @param url that of the request
 */
export function representPage<Item>(
  reply: FastifyReply,
  mediaType: MediaType,
  url: string,
  page: ListPage<Item>,
  columns: readonly CsvColumn<Item>[],
): Promise<FastifyReply> {
  linkToNext(reply, url, page.next_cursor);
  return represent(reply, mediaType, page, page.items, columns);
}

/** @param cursor of the next page; null on the last page */
export function linkToNext(reply: FastifyReply, url: string, cursor: string | null): void {
  if (cursor === null) return;
  const [path, query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  reply.header('link', `<${path}?${parameters}>; rel="next"`);
}
