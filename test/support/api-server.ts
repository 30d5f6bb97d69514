import pg from 'pg';
import { createContacts } from '../../src/administration/contacts.js';
import { createDetectorAdministration } from '../../src/administration/detectors.js';
import type { ConfiguredAddresses } from '../../src/administration/forget-address.js';
import { createKeys } from '../../src/administration/keys/keys.js';
import type { KeyRequest } from '../../src/administration/keys/repository.js';
import { createCaches } from '../../src/cache/history/create-caches.js';
import { createCacheService } from '../../src/cache/service.js';
import { createPool } from '../../src/database/pool.js';
import { createResend } from '../../src/delivery/people/resend.js';
import { createAlertFeed } from '../../src/delivery/sse/alert-feed.js';
import { seconds } from '../../src/domain/time.js';
import { createFeedbackRequests } from '../../src/heartbeats/feedback/feedback.js';
import { createPictures } from '../../src/heartbeats/pictures.js';
import type { HttpSettings, ServerDependencies } from '../../src/http/dependencies.js';
import { buildServer } from '../../src/http/server.js';
import { createMetrics } from '../../src/observability/metrics/metrics.js';
import { openReads } from '../../src/reads/reads.js';
import { createMigratedDatabase } from './database.js';
import { forAllTests } from './for-tests.js';
import { captureLog } from './logs.js';

export const ADMIN_KEY = 'admin-key-of-the-tests-0123456789abcdef';

export interface ApiServerOptions extends Partial<HttpSettings>, Partial<Pick<ServerDependencies, 'sinks' | 'kafka'>> {
  readonly detectorQuota?: number;
  readonly canMail?: boolean;
  /** Addresses of ADMIN_MAIL_TO and ALERT_MAIL_TO. */
  readonly configured?: ConfiguredAddresses;
  /** Where the server finds its database, if not where it is. */
  route?(databaseUrl: string): Promise<string>;
}

export type ApiServer = Awaited<ReturnType<typeof startApiServer>>;

/** The whole server, listening, over a database of its own. */
export async function startApiServer({
  detectorQuota = 0,
  canMail = true,
  configured = { admins: [], alerts: [] },
  route,
  sinks = [],
  kafka = () => null,
  ...http
}: ApiServerOptions = {}) {
  const database = await createMigratedDatabase();
  await createCaches(database.url, 'complete', seconds(10));
  const { log, text } = captureLog();
  const databaseUrl = route === undefined ? database.url : await route(database.url);
  const pool = createPool(databaseUrl, log);
  const { prisma, reads, close } = openReads(databaseUrl, log, { shadowEngine: 'reference' });
  const settings = { expiration: seconds(86_400), detectorQuota, serverTag: 'test' };
  const cacheService = createCacheService({ pool, answers: reads.answers, settings, log });
  const alertFeed = createAlertFeed(reads.alerts, log);
  const keys = createKeys({ prisma, adminKey: ADMIN_KEY });
  const pictures = createPictures(log);
  const { alertReceipts: receipts } = reads.figures;
  const metrics = createMetrics({ version: 'test', canaryInterval: 0, receipts, log });
  const app = await buildServer({
    settings: { publicReads: false, publicMetrics: false, rateLimit: 0, ...http },
    log,
    cacheService,
    reads,
    keys,
    alertFeed,
    contacts: createContacts(prisma, configured),
    detectorAdministration: createDetectorAdministration(prisma),
    // What is granted waits in the table `mail`.
    feedback: createFeedbackRequests({ prisma, canMail, log }),
    pictures,
    metrics,
    ready: async () => true,
    degraded: () => [],
    sinks,
    kafka,
    // Nothing delivers here: what a test stores stays as it is.
    resendDelivery: createResend(prisma, ['email']),
    // Kafka is tested with a broker: here there is one letter.
    retryDeadLetter: async (id) => (id === 1 ? { kind: 'taken' } : undefined),
  });
  cacheService.onAlerts((cache) => alertFeed.wake(cache));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    app,
    url,
    keys,
    cacheService,
    databaseUrl: database.url,
    /** Everything that was logged, as text. */
    logged: text,
    /** Makes a key and gives what its holder sends. */
    key: async (request: KeyRequest) => (await keys.create(request, 'test')).key,
    call: (method: string, path: string, body?: unknown, key: string = ADMIN_KEY) =>
      call(`${url}${path}`, method, body, key),
    async query(statement: string): Promise<Record<string, unknown>[]> {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        return (await client.query(statement)).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      // A client that keeps a connection alive would keep the server for over a minute.
      const closed = app.close();
      app.server.closeAllConnections();
      await closed;
      metrics.stop();
      await pictures.stop();
      await cacheService.stop();
      await pool.end();
      await close();
      await database.drop();
    },
  };
}

/** A server for all tests of a file. */
export function apiServerForAllTests(options: ApiServerOptions = {}): ApiServer {
  return forAllTests(
    () => startApiServer(options),
    (server) => server.stop(),
  );
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

async function call(url: string, method: string, body: unknown, key: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
