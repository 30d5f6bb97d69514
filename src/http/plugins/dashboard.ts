import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * The dashboard loads resources of this server only, whatever text a detector sends. Pictures of heartbeats are fetched with
 * the key, hence `blob:`. No script writes HTML (trusted types).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Files whose names contain a hash of their content. */
const HASHED = /[\\/]assets[\\/]/;

/** Serves the dashboard at `/`. Its files need no key, so they are registered before the access rules. */
export async function registerDashboard(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  if (!existsSync(join(folder, 'index.html'))) {
    app.log.warn({ folder }, 'dashboard:not-built');
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    // One route per file; other paths get the usual 404.
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    decorateReply: false,
    setHeaders(response, path) {
      response.header('content-security-policy', POLICY);
      response.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
