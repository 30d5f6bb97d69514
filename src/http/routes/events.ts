import { z } from 'zod';
import type { EventReading, EventSummaryView } from '../../reads/events.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { bodyOf, createLongReads, type Output, writeList } from '../long-answers.js';
import { toPage } from '../page.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage, sendBody } from '../representation.js';
import { cacheQuery, listQuery, page } from '../schemas/list.js';
import { MAXIMUM_INT4 } from '../schemas/parts.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, eventId, jsonOrCsv, NOT_ACCEPTABLE, order } from '../schemas/reads.js';
import { Event, EventSummary } from '../schemas/views.js';

/** The day and the count of the last event of the page. */
const Position = z.tuple([z.string().regex(/^\d{8}$/), z.int().nonnegative().max(MAXIMUM_INT4)]);

/** How many large events are sent at a time: each holds a connection and a snapshot of the database. */
const LONG_ANSWERS = 2;

const COLUMNS: readonly CsvColumn<EventSummaryView>[] = [
  ['id', (event) => event.id],
  ['cache', (event) => event.cache],
  ['state', (event) => event.state],
  ['pre_sn', (event) => event.pre_sn],
  ['created_at', (event) => event.created_at],
  ['updated_at', (event) => event.updated_at],
];

export const events: Routes =
  ({ reads: { events: stored } }) =>
  async (app) => {
    const longReads = createLongReads(LONG_ANSWERS, 'large events');

    app.get(
      '/v1/events',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'listEvents',
          security: ASKS_FOR_KEY,
          tags: ['coincidences'],
          summary: 'Events of a cache',
          description:
            'Astrophysical candidates, in order of the day of the first neutrino time, then of the count. Also as CSV.',
          querystring: z.strictObject({ ...cacheQuery.shape, order, ...listQuery(['20300101', 1]).shape }),
          response: {
            200: jsonOrCsv(page(EventSummary, 'EventPage', 'Astrophysical candidates.'), 'Events.'),
            ...errors(400, 401, 503),
            ...NOT_ACCEPTABLE,
          },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const mediaType = negotiate(request.headers.accept);
        const read = await stored.list(query.cache, {
          limit: query.limit,
          after: decodeCursor(query.cursor, Position),
          descending: query.order === 'desc',
        });
        const body = toPage(read, (key) => key);
        return representPage(reply, mediaType, request.url, body, COLUMNS);
      },
    );

    app.get(
      '/v1/events/:id',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getEvent',
          security: ASKS_FOR_KEY,
          tags: ['coincidences'],
          summary: 'One event',
          description:
            'An astrophysical candidate with its alerts, its open and closed sub-groups, and the best of them.',
          params: z.object({ id: eventId }),
          querystring: z.strictObject({}),
          response: { 200: Event, ...errors(400, 401, 404, 503) },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const body = await bodyOf(async (output) => {
          const isFound = await stored.read(id, (event) => writeEvent(event, output));
          if (!isFound) throw new ProblemError(404, `There is no event ${id}.`);
        }, longReads.begin);
        return sendBody(reply, 'application/json', body);
      },
    );
  };

/** An `EventView`, field by field. */
async function writeEvent(event: EventReading, output: Output): Promise<void> {
  const head = { ...event.summary, related_events: event.related_events };
  await output.write(`${JSON.stringify(head).slice(0, -1)},"best_table":`);
  await output.writeJson(event.best_table);
  await output.write(',"sub_groups":');
  await writeList(event.eachSubGroup, output);
  await output.write(',"alerts":');
  await writeList(event.eachAlert, output);
  await output.write('}');
}
