import { z } from 'zod';
import { mapInTurns } from '../../cache/outcome/taking-turns.js';
import { field } from '../../domain/field.js';
import { readAs } from '../../domain/messages/any-message.js';
import { Heartbeat } from '../../domain/messages/tiers.js';
import { elapsed, formatUtc, type Instant, inSeconds, parseUtc } from '../../domain/time.js';
import { PicturesAway } from '../../heartbeats/pictures.js';
import type { HeartbeatPosition } from '../../reads/heartbeats.js';
import type { ArchivedMessageRecord } from '../../reads/messages.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { CSP_OF_SVG } from '../plugins/security-headers.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { type HeartbeatEntry, HeartbeatPage } from '../schemas/heartbeats.js';
import { cacheParameter, cursorLike, limit, wholeNumber } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName, from, jsonOrCsv, NOT_ACCEPTABLE, to } from '../schemas/reads.js';

const HOUR_MILLISECONDS = 3_600_000;

const Position: z.ZodType<HeartbeatPosition> = z.tuple([z.int().min(0), z.guid()]);

const ofDetector = z.object({ name: detectorName });
const query = z.strictObject({
  limit,
  cursor: cursorLike([1893501285678, '9ccdc218-2552-4e33-b023-04308a21bd20']),
  cache: cacheParameter.describe(
    'The cache. For `live`, the heartbeats that count, including observations; for `firedrill` and `test`, the Heartbeat messages that were received.',
  ),
  from: from('The time of receipt'),
  to: to('The time of receipt'),
});
const pictureQuery = z.strictObject({
  hours: field(wholeNumber(1, 168).default(24), {
    description: 'The number of hours that the picture shows: 1 to 168, by default 24.',
    unit: 'h',
    example: 24,
  }),
});

const COLUMNS: readonly CsvColumn<HeartbeatEntry>[] = [
  ['uuid', ({ uuid }) => uuid],
  ['cache', ({ cache }) => cache],
  ['detector_name', ({ detector_name }) => detector_name],
  ['detector_status', ({ detector_status }) => detector_status],
  ['machine_time_utc', ({ machine_time_utc }) => machine_time_utc],
  ['sent_time_utc', ({ sent_time_utc }) => sent_time_utc],
  ['received_time_utc', ({ received_time_utc }) => received_time_utc],
  ['tier', ({ tier }) => tier],
  ['latency_s', ({ latency_s }) => latency_s],
  ['interval_s', ({ interval_s }) => interval_s],
];

const Picture = z.custom<string | Buffer>().meta({ type: 'string', format: 'binary', description: 'The picture.' });

const PICTURES = [
  { form: 'svg', mediaType: 'image/svg+xml', operationId: 'drawHeartbeats', name: 'SVG' },
  { form: 'png', mediaType: 'image/png', operationId: 'drawHeartbeatsAsPng', name: 'PNG' },
] as const;

export const heartbeats: Routes =
  ({ reads: { archivedMessages, detectors, heartbeats: kept }, pictures }) =>
  async (app) => {
    async function requireDetector(name: string): Promise<void> {
      if (!(await detectors.isKnown(name))) throw new ProblemError(404, `There is no detector ${name}.`);
    }

    app.get(
      '/v1/detectors/:name/heartbeats',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'listHeartbeats',
          security: ASKS_FOR_KEY,
          tags: ['detectors'],
          summary: 'Heartbeats of a detector',
          description: 'Newest first. Observations in the live cache count as heartbeats. Also as CSV.',
          params: ofDetector,
          querystring: query,
          response: { 200: jsonOrCsv(HeartbeatPage, 'Heartbeats.'), ...errors(400, 401, 404, 503), ...NOT_ACCEPTABLE },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { name } = request.params;
        await requireDetector(name);
        const { limit, cursor, cache, from, to } = request.query;
        const filter = { detectorName: name, from, to };
        const after = decodeCursor(cursor, Position);
        const asked = { limit, after };
        const read =
          cache === 'live'
            ? await entriesOf(kept.list(filter, asked), (heartbeat) => ({ ...heartbeat, cache }))
            : await entriesOf(archivedMessages.list({ ...filter, tier: 'Heartbeat', cache }, asked), archivedHeartbeat);
        return representPage(
          reply,
          mediaType,
          request.url,
          toPage(read, (key) => key),
          COLUMNS,
        );
      },
    );

    for (const { form, mediaType, operationId, name: nameOfForm } of PICTURES) {
      app.get(
        `/v1/detectors/:name/heartbeats.${form}`,
        {
          config: { access: 'read' },
          schema: {
            operationId,
            security: ASKS_FOR_KEY,
            tags: ['detectors'],
            summary: `Heartbeats of a detector as a picture (${nameOfForm})`,
            description:
              'Intervals with their mean, ±1σ and ±3σ, and latencies, in seconds over time. If there are very many heartbeats, only the extremes are drawn, and the picture says so.',
            params: ofDetector,
            querystring: pictureQuery,
            response: {
              200: {
                description: 'The picture.',
                content: { [mediaType]: { schema: Picture } },
              },
              ...errors(400, 401, 404, 503),
            },
          },
        },
        async (request, reply) => {
          const { name } = request.params;
          await requireDetector(name);
          const now = Date.now();
          const series = await kept.series(name, now - request.query.hours * HOUR_MILLISECONDS, now);
          const picture = await pictures[form](series).catch((error) => {
            if (!(error instanceof PicturesAway)) throw error;
            throw new ProblemError(503, error.message, [], { 'retry-after': '2' });
          });
          if (form === 'svg') reply.header('content-security-policy', CSP_OF_SVG);
          return reply.type(mediaType).header('cache-control', 'no-cache').send(picture);
        },
      );
    }
  };

/** Converts the items of a page, with breaks: each may take long. */
async function entriesOf<Item, Key>(
  reading: Promise<{ readonly items: readonly Item[]; readonly next: Key | null }>,
  entry: (item: Item) => HeartbeatEntry,
) {
  const { items, next } = await reading;
  return { items: await mapInTurns(items, entry, 2), next };
}

/** @param archived a heartbeat, which was validated when it was received */
function archivedHeartbeat({ message, ...archived }: ArchivedMessageRecord): HeartbeatEntry {
  const { detector_status, machine_time_utc, sent_time_utc } = readAs(Heartbeat, message.toJSON());
  const sent = sent_time_utc ?? null;
  return {
    ...archived,
    tier: 'Heartbeat',
    detector_status,
    machine_time_utc: utcOrNull(machine_time_utc ?? null),
    sent_time_utc: utcOrNull(sent),
    latency_s: sent === null ? null : inSeconds(elapsed(sent, parseUtc(archived.received_time_utc))),
    interval_s: null,
  };
}

function utcOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatUtc(instant);
}
