import { z } from 'zod';
import type { Routes } from '../dependencies.js';
import { errors } from '../schemas/problem.js';
import { OPEN_FOR_LIVE } from '../schemas/reads.js';
import { Access } from '../schemas/status.js';

export const accessRoutes: Routes =
  ({ settings }) =>
  async (app) => {
    app.get(
      '/v1/access',
      {
        config: { access: 'anybody' },
        schema: {
          operationId: 'getAccess',
          security: OPEN_FOR_LIVE,
          tags: ['service'],
          summary: 'What the caller may do',
          description: 'With or without a key; 401 if the key is unknown or revoked.',
          querystring: z.strictObject({}),
          response: { 200: Access, ...errors(400, 401, 503) },
        },
      },
      async ({ principal }) => ({
        role: principal?.role ?? null,
        key_id: principal?.id ?? null,
        detectors: [...(principal?.detectors ?? [])],
        reads: settings.publicReads || principal !== undefined,
      }),
    );
  };
