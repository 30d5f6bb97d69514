import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { tidyComponents } from '../openapi-components.js';

const DESCRIPTION = `Takes neutrino detectors' observations, finds coincidences, alerts the world.

Times go out as \`2030-01-01T12:34:45.678999123Z\`, always with nine decimals. A message is idempotent by its \`uuid\`:
the same again takes no effect. Whatever isn't 2xx is problem details (RFC 9457). Lists take \`limit\` and \`cursor\`.`;

const TAGS = [
  { name: 'messages', description: 'What detectors send.' },
  { name: 'coincidences', description: 'Which observations coincide.' },
  { name: 'alerts', description: 'What the world is told.' },
  { name: 'observations', description: 'What detectors have seen.' },
  { name: 'detectors', description: 'Who takes part.' },
  { name: 'administration', description: 'For administrators.' },
  { name: 'service', description: 'The server itself.' },
];

/** Collects the routes that are registered after it into the OpenAPI document. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SNEWS coincidence server',
        description: DESCRIPTION,
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This server.' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer <key>`.' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => tidyComponents(jsonSchemaTransformObject(document)),
  });
}

/** `/docs` shows the document. Its pages are open to all, so they stand outside the rules of access. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: {
      'default-src': ["'none'"],
      'base-uri': ["'none'"],
      'connect-src': ["'self'"],
      'font-src': ["'self'", 'data:'],
      'frame-ancestors': ["'none'"],
      'img-src': ["'self'", 'data:'],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
    },
  });
}
