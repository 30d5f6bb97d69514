import Fastify from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { createAuthenticator } from '../../src/administration/keys/authenticator.js';
import { type AlertFeedTimes, createAlertFeed } from '../../src/delivery/sse/alert-feed.js';
import type { ServerDependencies } from '../../src/http/dependencies.js';
import { registerAccess } from '../../src/http/plugins/access.js';
import { registerProblems } from '../../src/http/plugins/problems.js';
import { alertReads } from '../../src/http/routes/alert-reads.js';
import { alertStream } from '../../src/http/routes/alert-stream.js';
import { coincidences } from '../../src/http/routes/coincidences.js';
import { detectors } from '../../src/http/routes/detectors.js';
import { events } from '../../src/http/routes/events.js';
import { observationReads } from '../../src/http/routes/observation-reads.js';
import { openReads } from '../../src/reads/reads.js';
import { captureLog } from './logs.js';

export const ADMIN_KEY = 'a'.repeat(32);

/** The reading part of the server, over a database that somebody else fills. */
export async function startReadServer(databaseUrl: string, times: Partial<AlertFeedTimes> = {}) {
  const { log, lines: logged } = captureLog('info');
  const { reads, close } = openReads(databaseUrl, log);
  const alertFeed = createAlertFeed(reads.alerts, log, times);

  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  registerProblems(app);
  await registerAccess(app, {
    authenticator: createAuthenticator({ find: async () => undefined, adminKey: ADMIN_KEY }),
    publicReads: false,
    requestsPerSecond: 0,
  });
  // The reads need no more of the server than this.
  const dependencies = {
    reads,
    settings: { publicReads: false, publicMetrics: false, rateLimit: 0 },
  } as ServerDependencies;
  for (const routes of [coincidences, events, observationReads, alertReads, detectors]) {
    await app.register(routes(dependencies));
  }
  await app.register(alertStream({ alertFeed, settings: {} }));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    app,
    url,
    alertFeed,
    logged,
    /** With a key that may read everything. */
    get: (path: string, headers: Record<string, string> = {}) =>
      app.inject({ url: path, headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers } }),
    async stop() {
      await app.close();
      await close();
    },
  };
}

export type ReadServer = Awaited<ReturnType<typeof startReadServer>>;
