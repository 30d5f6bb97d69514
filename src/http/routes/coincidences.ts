import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { CacheName } from '../../domain/cache-name.js';
import { field } from '../../domain/field.js';
import type { SubGroupRowView, SubGroupView } from '../../domain/views.js';
import { FIRST_PORTION } from '../../reads/portion.js';
import type { SubGroupsFilter, SubGroupsPage } from '../../reads/sub-groups.js';
import { type CsvColumn, jsonCell } from '../csv.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { isNoneMatch } from '../etag.js';
import { bodyOf, createLongReads, type Output, writeCsv } from '../long-answers.js';
import { ProblemError } from '../problem.js';
import {
  contentTypeOf,
  linkToNext,
  type MediaType,
  negotiate,
  represent,
  sendBody,
  sendJson,
} from '../representation.js';
import { cacheQuery, cursorLike, wholeNumber } from '../schemas/list.js';
import { MAXIMUM_INT4 } from '../schemas/parts.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE, subGroupNumber } from '../schemas/reads.js';
import { Coincidences, Table } from '../schemas/views.js';

/** A line of the CSV: a row with its sub-group. */
type Line = { readonly subGroup: SubGroupView; readonly row: SubGroupRowView };

const COLUMNS: readonly CsvColumn<Line>[] = [
  ['number', ({ subGroup }) => subGroup.number],
  ['event_id', ({ subGroup }) => subGroup.event_id],
  ['pre_sn', ({ subGroup }) => subGroup.pre_sn],
  ['detector_name', ({ row }) => row.detector_name],
  ['neutrino_time_utc', ({ row }) => row.neutrino_time_utc],
  ['neutrino_time_delta', ({ row }) => row.neutrino_time_delta],
  ['p_val', ({ row }) => row.p_val],
  ['uuid', ({ row }) => row.uuid],
  ['id', ({ row }) => row.id],
  ['received_time_utc', ({ row }) => row.received_time_utc],
  ['machine_time_utc', ({ row }) => row.machine_time_utc],
  ['meta', ({ row }) => jsonCell(row.meta)],
  ['p_values_average', ({ subGroup }) => subGroup.p_values_average],
  ['false_alarm_rate_hz', ({ subGroup }) => subGroup.false_alarm?.rate_hz ?? null],
  ['mean_years_between', ({ subGroup }) => subGroup.false_alarm?.mean_years_between ?? null],
  ['created_at', ({ subGroup }) => subGroup.created_at],
  ['updated_at', ({ subGroup }) => subGroup.updated_at],
  ['measured_false_alarm_rate_hz', ({ subGroup }) => subGroup.false_alarm?.measured?.rate_hz ?? null],
];

/** How many long answers are sent at a time: each holds a connection and a snapshot of the database. */
const LONG_ANSWERS = 3;

const Position = z.tuple([z.int().min(0).max(MAXIMUM_INT4)]);

const query = z.strictObject({
  ...cacheQuery.shape,
  min_rows: field(wholeNumber(1, 64).default(1), {
    description: 'Only sub-groups with at least so many rows; 2 excludes single observations.',
    unit: '1',
    example: 2,
  }),
  limit: field(wholeNumber(1, 1000).optional(), {
    description:
      'The maximum number of sub-groups of a page: 1 to 1000; a page has fewer if they are larger than 2 MiB. By default all sub-groups are sent.',
    unit: '1',
    example: 100,
  }),
  cursor: cursorLike([42]),
});

export const coincidences: Routes =
  ({ reads: { subGroups } }) =>
  async (app) => {
    const longReads = createLongReads(LONG_ANSWERS, 'all sub-groups');

    /** Sends all sub-groups of one moment, in portions: there may be more than fit into memory. */
    async function sendAll(reply: FastifyReply, send: Sending): Promise<FastifyReply> {
      const body = await bodyOf(async (output) => {
        let isFirst = true;
        await subGroups.eachPortion(
          send.cache,
          send.filter,
          async (portion) => {
            if (isFirst) reply.header('etag', send.etagOf(portion.version));
            await send.write(portion, isFirst, output);
            isFirst = false;
          },
          output.isWanted,
        );
      }, longReads.begin);
      return sendBody(reply.header('vary', 'accept'), send.mediaType, body);
    }

    app.get(
      '/v1/coincidences',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getCoincidences',
          security: ASKS_FOR_KEY,
          tags: ['coincidences'],
          summary: 'Open sub-groups of a cache',
          description:
            'The open sub-groups at one moment, in order of their numbers. With `limit` they come in pages, each of which shows the moment of its version. As CSV with one line per row. The ETag changes with the version; a request with If-None-Match is a cheap way to poll. A client that takes longer than 5 min to read all sub-groups, or reads nothing for 30 s, is disconnected and should read pages instead.',
          querystring: query,
          response: {
            200: jsonOrCsv(Coincidences, 'The sub-groups.'),
            304: z
              .undefined()
              .meta({ description: 'The sub-groups have not changed since the ETag in If-None-Match.' }),
            ...errors(400, 401, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { cache, min_rows: minRows, limit, cursor } = request.query;
        const mediaType = negotiate(request.headers.accept);
        const filter = { minRows, after: decodeCursor(cursor, Position)?.[0] };
        const asked = [mediaType, ...(minRows === 1 ? [] : [`rows${minRows}`]), ...[limit, cursor].filter(isGiven)];
        const etagOf = (version: number) => `"${cache}-${version}-${asked.join('-')}"`;
        const known = etagOf(await subGroups.version(cache));
        reply.header('cache-control', 'no-cache');
        if (isNoneMatch(request.headers['if-none-match'], known)) {
          return reply.code(304).headers({ etag: known, vary: 'accept' }).send(undefined);
        }
        const { next, ...view } = await subGroups.page(cache, filter, limit ?? FIRST_PORTION);
        if (limit === undefined && next !== null) {
          if (request.method === 'HEAD') {
            return reply
              .headers({ etag: etagOf(view.version), vary: 'accept' })
              .type(contentTypeOf(mediaType))
              .send(undefined);
          }
          const write = mediaType === 'text/csv' ? writeLines : writeJson;
          return sendAll(reply, { cache, filter, mediaType, etagOf, write });
        }
        reply.header('etag', etagOf(view.version));
        const nextCursor = next === null ? null : encodeCursor([next]);
        linkToNext(reply, request.url, nextCursor);
        const page = limit === undefined ? view : { ...view, next_cursor: nextCursor };
        return represent(reply, mediaType, page, view.sub_groups.flatMap(linesOf), COLUMNS);
      },
    );

    app.get(
      '/v1/coincidences/:number',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getCoincidence',
          security: ASKS_FOR_KEY,
          tags: ['coincidences'],
          summary: 'One sub-group',
          description: 'An open sub-group with its rows.',
          params: z.object({ number: subGroupNumber }),
          querystring: z.strictObject(cacheQuery.shape),
          response: { 200: Table, ...errors(400, 401, 404, 503) },
        },
      },
      async (request, reply) => {
        const { cache } = request.query;
        const { number } = request.params;
        const subGroup = await subGroups.one(cache, number);
        if (subGroup === null)
          throw new ProblemError(404, `There is no open sub-group ${number} in the cache ${cache}.`);
        return sendJson(reply, subGroup);
      },
    );
  };

/** A long answer with all sub-groups. */
interface Sending {
  readonly cache: CacheName;
  readonly filter: SubGroupsFilter;
  readonly mediaType: MediaType;
  etagOf(version: number): string;
  write(portion: SubGroupsPage, isFirst: boolean, output: Output): Promise<void>;
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

function linesOf(subGroup: SubGroupView): Line[] {
  return subGroup.rows.map((row) => ({ subGroup, row }));
}

function writeLines({ sub_groups }: SubGroupsPage, isFirst: boolean, output: Output): Promise<void> {
  return writeCsv(sub_groups.flatMap(linesOf), COLUMNS, output, isFirst);
}

/** The first portion opens the JSON object, and the last one closes it. */
async function writeJson(
  { next, sub_groups, ...head }: SubGroupsPage,
  isFirst: boolean,
  output: Output,
): Promise<void> {
  if (isFirst) await output.write(`${JSON.stringify(head).slice(0, -1)},"sub_groups":[`);
  for (const [i, subGroup] of sub_groups.entries()) {
    if (!isFirst || i > 0) await output.write(',');
    await output.writeItem(subGroup);
  }
  if (next === null) await output.write(']}');
}
