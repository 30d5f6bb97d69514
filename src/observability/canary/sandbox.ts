import { createCaches } from '../../cache/history/create-caches.js';
import { createCacheService } from '../../cache/service.js';
import { migrate } from '../../database/migrations.js';
import { connectPatiently, createPool } from '../../database/pool.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import type { Log } from '../../domain/log.js';
import { type Duration, seconds } from '../../domain/time.js';
import { openReads } from '../../reads/reads.js';
import { canaryDetectors } from './coincidence.js';

/** The PostgreSQL schema of the canary's tables. The service's own statements do not access it. */
const SCHEMA = 'snews_canary';

/** The canary's tables are emptied after this time. */
const KEPT_MILLISECONDS = 3_600_000;

export interface SandboxOptions {
  readonly databaseUrl: string;
  readonly engine: EngineName;
  readonly window: Duration;
  readonly serverTag: string;
  /** Time after which the tables are emptied, in milliseconds; one hour by default. */
  readonly keptMs?: number;
  readonly log: Log;
}

export type CanarySandbox = Awaited<ReturnType<typeof openSandbox>>;

/**
 * Creates the canary's schema anew, and a cache service that uses it. Code and database are those of the service; the data
 * are separate.
 * @throws Error if the database is away or its user may not create a schema
 */
export async function openSandbox(options: SandboxOptions) {
  const { databaseUrl, engine, window, serverTag, keptMs = KEPT_MILLISECONDS, log } = options;
  const client = await connectPatiently(databaseUrl);
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  } finally {
    await client.end();
  }
  await migrate(databaseUrl, { schema: SCHEMA });
  await createCaches(databaseUrl, engine, window, SCHEMA);
  const pool = createPool(databaseUrl, log, SCHEMA);
  const { reads, close: closeReads } = openReads(databaseUrl, log, { schema: SCHEMA });
  const settings = { expiration: seconds(86_400), detectorQuota: 0, serverTag };
  const service = createCacheService({ pool, answers: reads.answers, settings, log });
  let emptiedAt = performance.now();

  return {
    pool,
    reads,
    service,
    detectors: await canaryDetectors(pool),

    /** Resets the cache, and empties the tables if they are due. Must not be called while a test coincidence runs. */
    async clear(): Promise<void> {
      await service.reset({ kind: 'reset', cache: 'test', reason: 'a new test coincidence', actor: 'canary' });
      if (performance.now() - emptiedAt < keptMs) return;
      await pool.query('TRUNCATE message, observation, sub_group, event, alert, dead_letter, detector_minute');
      emptiedAt = performance.now();
    },

    async close(): Promise<void> {
      await service.stop();
      await pool.end();
      await closeReads();
    },
  };
}
