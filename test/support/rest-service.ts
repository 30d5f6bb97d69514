import pg from 'pg';
import { type ConsistencyReport, checkConsistency } from '../../src/cache/history/consistency-check.js';
import { readConfig } from '../../src/config/config.js';
import { CACHE_NAMES, type CacheName } from '../../src/domain/cache-name.js';
import { startService } from '../../src/service/start.js';
import { createMigratedDatabase, createTestDatabase } from './database.js';
import { forEachTest } from './for-tests.js';
import { silentLog } from './logs.js';

export const ADMIN_KEY = 'admin-key-of-the-tests-0123456789abcdef';

export interface RestAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The whole service as `npm start` composes it, on a database of its own, called as an administrator. */
export interface RestService {
  readonly databaseUrl: string;
  readonly url: string;
  get<Body>(path: string): Promise<Body>;
  post<Body>(path: string, message: object): Promise<RestAnswer<Body>>;
  audit(cache: CacheName): Promise<ConsistencyReport>;
  /** Audits all caches; the differences of all. */
  differences(): Promise<unknown[]>;
  query(statement: string): Promise<pg.QueryResult>;
  stop(): Promise<void>;
}

/**
 * @param environment beside what makes a test quick: no quota, no limit of rates, no log
 * @param route where the service finds its database, if not where it is
 */
export async function startRestService(
  environment: Record<string, string> = {},
  route?: (databaseUrl: string) => Promise<string>,
): Promise<RestService> {
  // Who goes there as another role makes the tables, so that they are its own.
  const database = route === undefined ? await createMigratedDatabase() : await createTestDatabase();
  const config = readConfig({
    PORT: '0',
    ADMIN_API_KEY: ADMIN_KEY,
    RATE_LIMIT: '0',
    STREAMS_PER_ADDRESS: '0',
    STREAMS_PER_KEY: '0',
    DETECTOR_QUOTA: '0',
    ...environment,
  });
  const app = await startService(config, (await route?.(database.url)) ?? database.url, silentLog);
  const authorization = `Bearer ${ADMIN_KEY}`;
  return {
    url: app.url,
    databaseUrl: database.url,
    async get<Body>(path: string): Promise<Body> {
      const response = await fetch(`${app.url}${path}`, { headers: { authorization } });
      if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Body;
    },
    async post<Body>(path: string, message: object): Promise<RestAnswer<Body>> {
      const response = await fetch(`${app.url}${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
    },
    audit: (cache) => checkConsistency(database.url, cache),
    async differences() {
      const reports = await Promise.all(CACHE_NAMES.map((cache) => checkConsistency(database.url, cache)));
      return reports.flatMap(({ cache, differences }) => differences.map((difference) => ({ cache, ...difference })));
    },
    async query(statement) {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        return await client.query(statement);
      } finally {
        await client.end();
      }
    },
    async stop() {
      await app.stop();
      await database.drop();
    },
  };
}

export function restServiceForEachTest(...given: Parameters<typeof startRestService>): RestService {
  return forEachTest(
    () => startRestService(...given),
    (service) => service.stop(),
  );
}
