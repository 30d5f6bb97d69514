import { z } from 'zod';
import type { Routes } from '../dependencies.js';
import { cacheQuery } from '../schemas/list.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY } from '../schemas/reads.js';
import { Status } from '../schemas/status.js';

export const status: Routes =
  ({ reads: { status: stored }, kafka, sinks, degraded }) =>
  async (app) => {
    app.get(
      '/v1/status',
      {
        config: { access: 'read' },
        schema: {
          operationId: 'getStatus',
          security: ASKS_FOR_KEY,
          tags: ['service'],
          summary: 'State of a cache and of the service',
          description:
            'For displays: the engine, the last message, pending alerts, Kafka. It may be requested every second.',
          querystring: z.strictObject(cacheQuery.shape),
          response: { 200: Status, ...errors(400, 401, 503) },
        },
      },
      async (request) => {
        const { cache } = request.query;
        const stream = kafka();
        const standing = await stored.of(cache, { kafka: stream !== null, sinks });
        return { cache, ...standing, kafka: stream, degraded: [...degraded()] };
      },
    );
  };
