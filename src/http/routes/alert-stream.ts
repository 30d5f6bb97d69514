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
  // nginx would keep events back until its buffer is full.
  'x-accel-buffering': 'no',
};

const sequence = wholeNumber(0, 1e15).optional();

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
    // Before the server waits for its connections, which these would never let end.
    app.addHook('preClose', () => alertFeed.stop());

    app.get(
      '/v1/alerts/stream',
      {
        config: { access: 'live-alerts' },
        // A stream has no end to which a HEAD could skip.
        exposeHeadRoute: false,
        schema: {
          operationId: 'streamAlerts',
          security: OPEN_FOR_LIVE,
          tags: ['alerts'],
          summary: 'Alerts as they come',
          description:
            'Server-sent events: `id` is the sequence, `event` is `alert`, `data` the alert as JSON (without deliveries). After a break Last-Event-ID goes on without loss or doubles. A comment every 15 s shows that the stream lives. Readers with more than 1 MiB unread are dropped and may come back. Without a key an address may hold STREAMS_PER_ADDRESS streams at once, a key STREAMS_PER_KEY: more are answered 429. Streams of the live cache are open to all.',
          querystring: z.strictObject({
            ...cacheQuery.shape,
            after: field(sequence, {
              description: 'Begin after the alert of this sequence; 0: all there are. Without it: from now on.',
              unit: '1',
              example: 0,
            }),
          }),
          headers: z.looseObject({
            'last-event-id': field(sequence, {
              description: 'The `id` of the last event that came; goes before `after`.',
              unit: '1',
              example: 12,
            }),
          }),
          response: {
            200: {
              description: 'The stream.',
              content: { 'text/event-stream': { schema: z.string().meta({ description: 'Events, without end.' }) } },
            },
            ...errors(400, 401, 503),
          },
        },
      },
      async (request, reply) => {
        const { cache, after } = request.query;
        const leave = places.take(request);
        // Whatever comes of it: the file is free when the connection's answer is over.
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
