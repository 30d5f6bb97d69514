import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { field } from '../../domain/field.js';
import type { HttpSettings, ServerDependencies } from '../dependencies.js';
import { connectionLimits } from '../open-files.js';
import { cacheQuery, wholeNumber } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { OPEN_FOR_LIVE } from '../schemas/reads.js';
import { createStreamPlaces } from '../stream-places.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would otherwise hold events back until its buffer is full.
  'x-accel-buffering': 'no',
};

const sequence = wholeNumber(0, 1e15).optional();

const query = z.strictObject({
  ...cacheQuery.shape,
  after: field(sequence, {
    description:
      'The sequence after which the stream begins; 0 for all alerts. By default the stream begins with the next alert.',
    unit: '1',
    example: 0,
  }),
});

const headers = z.looseObject({
  'last-event-id': field(sequence, {
    description: 'The `id` of the last event that was received; takes precedence over `after`.',
    unit: '1',
    example: 12,
  }),
});

interface AlertStreamDependencies extends Pick<ServerDependencies, 'alertFeed'> {
  readonly settings: Pick<HttpSettings, 'streamsPerAddress' | 'streamsPerKey'>;
}

export const alertStream =
  ({ alertFeed, settings }: AlertStreamDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const places = createStreamPlaces({
      perAddress: settings.streamsPerAddress ?? 0,
      perKey: settings.streamsPerKey ?? 0,
      overall: connectionLimits().streams,
    });
    // The server waits for all connections to end; streams do not end by themselves.
    app.addHook('preClose', () => alertFeed.stop());

    app.get(
      '/v1/alerts/stream',
      {
        config: { access: 'live-alerts' },
        // A stream has no end, so a HEAD could not be answered.
        exposeHeadRoute: false,
        schema: {
          operationId: 'streamAlerts',
          security: OPEN_FOR_LIVE,
          tags: ['alerts'],
          summary: 'Stream of alerts',
          description:
            'Server-sent events: `id` is the sequence, `event` is `alert`, and `data` is the alert as JSON without deliveries. A client that reconnects with Last-Event-ID misses no alert and gets none twice. A comment is sent every 15 s. A client with more than 1 MiB of unread data is disconnected and may reconnect. An address without a key may open STREAMS_PER_ADDRESS streams at a time, and a key STREAMS_PER_KEY; further requests are answered with 429. Streams of the live cache need no key.',
          querystring: query,
          headers,
          response: {
            200: {
              description: 'The stream.',
              content: {
                'text/event-stream': { schema: z.string().meta({ description: 'Events; the stream does not end.' }) },
              },
            },
            ...errors(400, 401, 503),
          },
        },
      },
      async (request, reply) => {
        const { cache, after } = request.query;
        const leave = places.take(request);
        // However the request ends: the file is free when the response is closed.
        reply.raw.once('close', leave);
        const stream = await alertFeed.open(cache, request.headers['last-event-id'] ?? after);
        reply.hijack();
        for (const [name, value] of Object.entries(reply.headers(HEADERS).getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value);
        }
        reply.raw.writeHead(200);
        stream(reply.raw);
      },
    );
  };
