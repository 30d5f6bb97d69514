import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { tidyComponents } from '../openapi-components.js';
import { errors } from '../schemas/problem.js';

const DESCRIPTION = `Takes neutrino detectors' observations, finds those that coincide within seconds, and alerts the world.

**Begin** with \`POST /v1/observations\` for two detectors and neutrino times a second apart: the second answer shows the
table they stand in and the alert they caused. With \`"is_test": true\` it all happens in the cache \`test\`, where nobody is woken.

**Keys** go into the header \`Authorization: Bearer <key>\` (here: *Authorize*). A \`detector\` key writes for its detectors, a
\`reader\` key reads, an \`admin\` key does all. Health, this document and the alerts of the live cache are open to everybody.

**Messages** are idempotent by their \`uuid\`: send one again with the same uuid until you have an answer, and it takes effect once.
2xx comes after the commit; what was answered is not lost.

**Times** go out as \`2030-01-01T12:34:45.678999123Z\`, always with nine decimals, and come in with any number up to nine,
with an offset, and with a leap second. **Lists** take \`limit\` and \`cursor\`, and answer CSV on \`Accept: text/csv\`.

**Errors** are problem details (RFC 9457): \`detail\` tells what to do, \`errors\` names the fields at fault. 429 and 503 say in
\`Retry-After\` when to try again. A refused request changes nothing.`;

/** Of the toolbar only the name and the switch between light and dark are of use. */
const STYLE = '.swagger-ui .topbar .download-url-wrapper { display: none !important; }';
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="180" height="40" viewBox="0 0 180 40">
<g stroke="#f5b942" stroke-width="2.5" stroke-linecap="round"><path d="M20 4v8M20 28v8M4 20h8M28 20h8M8.7 8.7l5.6 5.6M25.7 25.7l5.6 5.6M8.7 31.3l5.6-5.6M25.7 14.3l5.6-5.6"/></g>
<circle cx="20" cy="20" r="4" fill="#f5b942"/>
<text x="48" y="27" font-family="sans-serif" font-size="20" font-weight="600" fill="#fff">SNEWS</text></svg>`;

const TAGS = [
  { name: 'messages', description: 'What detectors send.' },
  { name: 'coincidences', description: 'Which observations coincide.' },
  { name: 'alerts', description: 'What the world is told.' },
  { name: 'observations', description: 'What detectors have seen.' },
  { name: 'detectors', description: 'Who takes part.' },
  { name: 'shadow', description: 'Another engine beside the main one, to be compared.' },
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
    transform: ({ schema, url, ...rest }) =>
      jsonSchemaTransform({ ...rest, url, schema: url.includes(':') ? withLongPath(schema) : schema }),
    transformObject: (document) => tidyComponents(jsonSchemaTransformObject(document)),
  });
}

/** What the server itself answers wherever a part of the path is free. */
function withLongPath<Schema extends { response?: unknown }>(schema: Schema): Schema {
  return { ...schema, response: { ...(schema.response as object), ...errors(414) } };
}

/** `/docs` shows the document. Its pages are open to all, so they stand outside the rules of access. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    logo: { type: 'image/svg+xml', content: LOGO, href: '/docs', target: '_self' },
    theme: { title: 'SNEWS coincidence server', css: [{ filename: 'snews.css', content: STYLE }] },
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
