import { z } from 'zod';
import { createTables } from '../../cache/reads/tables.js';
import type { TableRowView, TableView } from '../../domain/views.js';
import { type Column, jsonCell } from '../csv.js';
import type { Routes } from '../dependencies.js';
import { isNoneMatch } from '../etag.js';
import { ProblemError } from '../problem.js';
import { negotiate, represent } from '../representation.js';
import { cacheQuery } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, jsonOrCsv, NOT_ACCEPTABLE, subGroupNumber } from '../schemas/reads.js';
import { Coincidences, Table } from '../schemas/views.js';

/** A line of the CSV: a row with the table that it stands in. */
type Line = { readonly table: TableView; readonly row: TableRowView };

const COLUMNS: readonly Column<Line>[] = [
  ['number', ({ table }) => table.number],
  ['event_id', ({ table }) => table.event_id],
  ['pre_sn', ({ table }) => table.pre_sn],
  ['detector_name', ({ row }) => row.detector_name],
  ['neutrino_time_utc', ({ row }) => row.neutrino_time_utc],
  ['neutrino_time_delta', ({ row }) => row.neutrino_time_delta],
  ['p_val', ({ row }) => row.p_val],
  ['uuid', ({ row }) => row.uuid],
  ['id', ({ row }) => row.id],
  ['received_time_utc', ({ row }) => row.received_time_utc],
  ['machine_time_utc', ({ row }) => row.machine_time_utc],
  ['meta', ({ row }) => jsonCell(row.meta)],
  ['p_values_average', ({ table }) => table.p_values_average],
  ['false_alarm_rate_hz', ({ table }) => table.false_alarm?.rate_hz ?? null],
  ['mean_years_between', ({ table }) => table.false_alarm?.mean_years_between ?? null],
  ['created_at', ({ table }) => table.created_at],
  ['updated_at', ({ table }) => table.updated_at],
  ['measured_false_alarm_rate_hz', ({ table }) => table.false_alarm?.measured?.rate_hz ?? null],
];

export const coincidences: Routes =
  ({ prisma }) =>
  async (app) => {
    const tables = createTables(prisma);

    app.get(
      '/v1/coincidences',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getCoincidences',
          security: ASKS_FOR_KEY,
          tags: ['coincidences'],
          summary: 'All coincidence tables of a cache',
          description:
            'The tables of one moment. As CSV one line per row. The ETag changes with the version: ask with If-None-Match and poll cheaply.',
          querystring: z.strictObject(cacheQuery.shape),
          response: {
            200: jsonOrCsv(Coincidences, 'The tables.'),
            304: z.undefined().meta({ description: 'The tables are those of the ETag in If-None-Match.' }),
            ...errors(400, 401, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { cache } = request.query;
        const mediaType = negotiate(request.headers.accept);
        const etagOf = (version: number) => `"${cache}-${version}-${mediaType}"`;
        const known = etagOf(await tables.version(cache));
        reply.header('cache-control', 'no-cache');
        if (isNoneMatch(request.headers['if-none-match'], known)) {
          return reply.code(304).headers({ etag: known, vary: 'accept' }).send(undefined);
        }
        const view = await tables.all(cache);
        reply.header('etag', etagOf(view.version));
        const lines = view.sub_groups.flatMap((table) => table.rows.map((row) => ({ table, row })));
        return represent(reply, mediaType, view, lines, COLUMNS);
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
          summary: 'One coincidence table',
          description: 'An open sub-group, by its number.',
          params: z.object({ number: subGroupNumber }),
          querystring: z.strictObject(cacheQuery.shape),
          response: { 200: Table, ...errors(400, 401, 404, 503) },
        },
      },
      async (request) => {
        const { cache } = request.query;
        const { number } = request.params;
        const table = await tables.one(cache, number);
        if (table === null) throw new ProblemError(404, `No sub-group ${number} is open in the cache ${cache}.`);
        return table;
      },
    );
  };
