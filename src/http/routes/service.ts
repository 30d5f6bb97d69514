import { z } from 'zod';
import { DatabaseAway } from '../../cache/contract.js';
import { field } from '../../domain/field.js';
import type { Routes } from '../dependencies.js';
import { errors } from '../schemas/problem.js';

const degraded = field(z.array(z.string()), {
  description: 'What does not work at the moment, while the rest does.',
  example: [],
});

const Readiness = z
  .object({
    status: field(z.literal('ready'), { description: 'Whether the server takes messages.', example: 'ready' }),
    degraded,
  })
  .meta({ id: 'Readiness', description: 'Whether the server takes messages.' });

const Health = z
  .object({ status: field(z.literal('ok'), { description: 'The process answers.', example: 'ok' }) })
  .meta({ id: 'Health', description: 'The process answers.' });

/** The server itself: is it there, is it ready, what can it do. */
export const service: Routes =
  ({ ready, degraded }) =>
  async (app) => {
    /** Those who ask at once share one look at the database: a crowd takes one connection. */
    let look: Promise<boolean> | undefined;
    function isReady(): Promise<boolean> {
      look ??= ready().finally(() => {
        look = undefined;
      });
      return look;
    }

    app.get(
      '/healthz',
      {
        config: { access: 'health' },
        schema: {
          operationId: 'health',
          tags: ['service'],
          security: [],
          summary: 'Is the process there',
          description: 'Answers as long as the process runs, also without database.',
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
          summary: 'Does the server take messages',
          description: 'For load balancers: 503 without PostgreSQL. What else is away is listed in `degraded`.',
          response: { 200: Readiness, ...errors(503) },
        },
      },
      async () => {
        if (!(await isReady())) throw new DatabaseAway('the database is away');
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
          summary: 'This document',
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
