import { z } from 'zod';
import { DatabaseAway } from '../../cache/contract.js';
import { field } from '../../domain/field.js';
import type { Routes } from '../dependencies.js';
import { errors } from '../schemas/problem.js';

const degraded = field(z.array(z.string()), {
  description: 'The parts of the server that do not work at present, while the others do.',
  example: [],
});

const Readiness = z
  .object({
    status: field(z.literal('ready'), { description: 'The server accepts messages.', example: 'ready' }),
    degraded,
  })
  .meta({ id: 'Readiness', description: 'The readiness of the server.' });

const Health = z
  .object({ status: field(z.literal('ok'), { description: 'The process is running.', example: 'ok' }) })
  .meta({ id: 'Health', description: 'The health of the process.' });

/** Health, readiness and the OpenAPI document. */
export const service: Routes =
  ({ ready, degraded }) =>
  async (app) => {
    /** Concurrent requests share one check of the database, so that many of them take one connection. */
    let check: Promise<boolean> | undefined;
    function isReady(): Promise<boolean> {
      check ??= ready().finally(() => {
        check = undefined;
      });
      return check;
    }

    app.get(
      '/healthz',
      {
        config: { access: 'health' },
        schema: {
          operationId: 'health',
          tags: ['service'],
          security: [],
          summary: 'Health of the process',
          description: 'Answers as long as the process is running, also without a database.',
          response: { 200: Health, ...errors() },
        },
      },
      () => ({ status: 'ok' as const }),
    );

    app.get(
      '/readyz',
      {
        config: { access: 'health' },
        schema: {
          operationId: 'readiness',
          tags: ['service'],
          security: [],
          summary: 'Readiness of the server',
          description:
            'For load balancers. 503 if PostgreSQL is not available; other problems are listed in `degraded`.',
          response: { 200: Readiness, ...errors(503) },
        },
      },
      async () => {
        if (!(await isReady())) throw new DatabaseAway('the database is not available');
        return { status: 'ready' as const, degraded: [...degraded()] };
      },
    );

    app.get(
      '/openapi.json',
      {
        config: { access: 'open' },
        schema: {
          operationId: 'openapi',
          tags: ['service'],
          security: [],
          summary: 'OpenAPI document',
          description: 'The OpenAPI 3.1 document of this server.',
          response: {
            200: {
              description: 'The OpenAPI document.',
              content: { 'application/json': { schema: z.looseObject({}) } },
            },
            ...errors(),
          },
        },
      },
      () => app.swagger() as unknown as Record<string, unknown>,
    );
  };
