import { z } from 'zod';
import type { Routes } from '../dependencies.js';
import { errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY } from '../schemas/reads.js';

/** Metrics for Prometheus. */
export const metricsRoute: Routes =
  ({ metrics, settings }) =>
  async (app) => {
    app.get(
      '/metrics',
      {
        config: { access: settings.publicMetrics ? 'open' : 'metrics' },
        schema: {
          operationId: 'metrics',
          tags: ['service'],
          security: ASKS_FOR_KEY,
          summary: 'Metrics for Prometheus',
          description:
            'Counters, gauges and histograms in the text format of Prometheus; docs/operations.md lists them. Needs a key of any role, also with PUBLIC_READS, unless PUBLIC_METRICS=true. While the database is not available, metrics that are read from it are omitted.',
          response: {
            200: {
              description: 'The metrics of this replica.',
              content: {
                'text/plain': { schema: z.string().meta({ description: 'Prometheus text format, version 0.0.4.' }) },
              },
            },
            ...errors(401, 503),
          },
        },
      },
      async (_request, reply) =>
        reply
          .type(metrics.contentType)
          .header('cache-control', 'no-store')
          .send(await metrics.text()),
    );
  };
