import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { tidyComponents } from '../openapi-components.js';
import { errors } from '../schemas/problem.js';

const DESCRIPTION = `Receives observations of neutrino detectors, finds those that coincide within seconds, and sends alerts.

**First steps**: send \`POST /v1/observations\` for two detectors with neutrino times one second apart. The second answer
contains the sub-group of both observations and the alert that they caused. With \`"is_test": true\` the observations go to the
cache \`test\`, whose alerts are not sent to people.

**Keys** are sent in the header \`Authorization: Bearer <key>\` (here: *Authorize*). A \`detector\` key may send for its detectors,
a \`reader\` key may read, and an \`admin\` key may do everything. Health, this document and the alerts of the live cache need no key.

**Messages** are idempotent by their \`uuid\`: a client repeats a message with the same uuid until it gets an answer, and the
message takes effect once. An answer with 2xx is sent after the commit.

**Times** in answers look like \`2030-01-01T12:34:45.678999123Z\`, always with nine decimals. Requests may have up to nine
decimals, an offset, and a leap second. **Lists** accept \`limit\` and \`cursor\`, and are sent as CSV on \`Accept: text/csv\`.

**Errors** are problem details (RFC 9457): \`detail\` describes the error, and \`errors\` lists the invalid fields. With 429 and
503, \`Retry-After\` tells when to try again. A rejected request changes nothing.`;

/** Hides the toolbar except for the name and the switch between light and dark. */
const STYLE = '.swagger-ui .topbar .download-url-wrapper { display: none !important; }';
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="180" height="40" viewBox="0 0 180 40">
<g stroke="#f5b942" stroke-width="2.5" stroke-linecap="round"><path d="M20 4v8M20 28v8M4 20h8M28 20h8M8.7 8.7l5.6 5.6M25.7 25.7l5.6 5.6M8.7 31.3l5.6-5.6M25.7 14.3l5.6-5.6"/></g>
<circle cx="20" cy="20" r="4" fill="#f5b942"/>
<text x="48" y="27" font-family="sans-serif" font-size="20" font-weight="600" fill="#fff">SNEWS</text></svg>`;

const TAGS = [
  { name: 'messages', description: 'Messages of detectors.' },
  { name: 'coincidences', description: 'Sub-groups of coincident observations, and events.' },
  { name: 'alerts', description: 'Alerts of coincidences.' },
  { name: 'observations', description: 'Observations of detectors.' },
  { name: 'detectors', description: 'The detectors of the network and their heartbeats.' },
  { name: 'shadow', description: 'The comparison with the shadow engine.' },
  { name: 'administration', description: 'For administrators.' },
  { name: 'service', description: 'The server itself.' },
];

/** Collects the routes that are registered later into the OpenAPI document. */
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

/** Fastify answers 414 wherever the path has a parameter. */
function withLongPath<Schema extends { response?: unknown }>(schema: Schema): Schema {
  return { ...schema, response: { ...(schema.response as object), ...errors(414) } };
}

/** Shows the document at `/docs`. Its pages need no key, so they are registered before the access rules. */
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
