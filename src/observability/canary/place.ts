import { foundCaches } from '../../cache/history/found.js';
import { createCacheService } from '../../cache/service.js';
import { migrate } from '../../database/migrations.js';
import { connectPatiently, createPool } from '../../database/pool.js';
import { createPrisma } from '../../database/prisma.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import { type Duration, seconds } from '../../domain/time.js';
import { singers } from './coincidence.js';

/** Where the canary's tables lie: no statement of the service itself looks here. */
const SCHEMA = 'snews_canary';

/** What the canary did is of no interest later on. */
const KEPT_MILLISECONDS = 3_600_000;

export interface PlaceOptions {
  readonly databaseUrl: string;
  readonly engine: EngineName;
  readonly window: Duration;
  readonly serverTag: string;
  /** How long rows are kept, in milliseconds; by default an hour. */
  readonly keptMs?: number;
  readonly log: Log;
}

interface Log {
  warn(details: object, message: string): void;
}

export type CanaryPlace = Awaited<ReturnType<typeof openPlace>>;

/**
 * A set of tables of the canary's own, made anew, with a cache service on them: the same code and the same database as
 * for everybody else, and nothing that they have in common beside.
 * @throws Error if the database is away, or doesn't let its user make a schema
 */
export async function openPlace(options: PlaceOptions) {
  const { databaseUrl, engine, window, serverTag, keptMs = KEPT_MILLISECONDS, log } = options;
  const client = await connectPatiently(databaseUrl);
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  } finally {
    await client.end();
  }
  await migrate(databaseUrl, { schema: SCHEMA });
  await foundCaches(databaseUrl, engine, window, SCHEMA);
  const pool = createPool(databaseUrl, log, SCHEMA);
  const prisma = createPrisma(databaseUrl, log, SCHEMA);
  const settings = { expiration: seconds(86_400), detectorQuota: 0, serverTag };
  const service = createCacheService({ pool, prisma, settings, log });
  let emptiedAt = performance.now();

  return {
    pool,
    prisma,
    service,
    detectors: await singers(pool),

    /** Nothing stands in the cache any more, and what is old is gone; nothing may be under way. */
    async clear(): Promise<void> {
      await service.reset({ kind: 'reset', cache: 'test', reason: 'a new test coincidence', actor: 'canary' });
      if (performance.now() - emptiedAt < keptMs) return;
      await pool.query('TRUNCATE message, observation, sub_group, event, alert, dead_letter, detector_minute');
      emptiedAt = performance.now();
    },

    async close(): Promise<void> {
      await service.stop();
      await pool.end();
      await prisma.$disconnect();
    },
  };
}
