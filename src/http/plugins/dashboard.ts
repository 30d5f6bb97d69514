import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * The dashboard loads what this server serves, and talks to it: nothing else, whatever text a detector sends. Its
 * pictures of heartbeats are fetched with the key, hence `blob:`. No script of it writes HTML (trusted types).
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

/** Where the build puts files that have a hash of their content in their name. */
const HASHED = /[\\/]assets[\\/]/;

/** `/` is the dashboard. Its files are open to all, so they stand outside the rules of access. */
export async function registerDashboard(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  if (!existsSync(join(folder, 'index.html'))) {
    app.log.warn({ folder }, 'dashboard:not-built');
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    // A route for each file: whatever else is asked for is not found as everywhere.
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
