import { createKeys } from '../administration/keys/keys.js';
import { KEY_CHANNEL } from '../administration/keys/repository.js';
import { createCaches } from '../cache/history/create-caches.js';
import { createCacheService } from '../cache/service.js';
import { expireBeforeStart } from '../cache/upkeep/backlog.js';
import { startMeasuredRates } from '../cache/upkeep/measured-rates.js';
import { migrate } from '../database/migrations.js';
import { createNotifications } from '../database/notifications.js';
import { createPool } from '../database/pool.js';
import { requireOwnSessions } from '../database/pooler.js';
import { lockAsReplica } from '../database/replica-lock.js';
import { requireSafeDatabase } from '../database/safety.js';
import { openReads } from '../reads/reads.js';
import { createAlertNotifications } from './alert-notifications.js';
import { startObservability } from './observability.js';
import type { StartContext } from './start-context.js';

export type Foundations = Awaited<ReturnType<typeof startFoundations>>;

/**
 * Starts what all other parts depend on: the database (checked, locked as a replica, migrated), metrics, API keys, and the
 * cache service, which executes commands. Before it returns, due observations expire; what takes longer than 2 s is left to
 * the background.
 * @throws UnsafeDatabase, UnsuitablePooler, MigrationsLocked, CacheMismatch, DatabaseInUse: the message says what to change
 */
export async function startFoundations({ config, databaseUrl, log, signal, shutdown, unlessAborted }: StartContext) {
  if (config.databaseUrl !== undefined) await unlessAborted(requireOwnSessions(databaseUrl));
  const replica = await unlessAborted(lockAsReplica(databaseUrl, log));
  shutdown.add('foundations', 'replica lock', () => replica.stop());
  const migrations = await migrate(databaseUrl, { log, signal });
  if (migrations.length > 0) log.info({ migrations }, 'database:migrated');
  const pool = createPool(databaseUrl, log);
  shutdown.add('foundations', 'pool', () => pool.end());
  const { prisma, reads, close } = openReads(databaseUrl, log, { shadowEngine: config.shadowEngine });
  shutdown.add('foundations', 'reads', close);
  await unlessAborted(requireSafeDatabase(pool, config.allowUnsafeDatabase));
  await unlessAborted(createCaches(databaseUrl, config.engine, config.window));

  const observability = await unlessAborted(startObservability(config, { pool, reads, log }));
  shutdown.add('foundations', 'metrics and traces', observability.stop);
  const notifications = createNotifications(databaseUrl, log);
  shutdown.add('foundations', 'database notifications', () => notifications.stop());
  const keys = createKeys({ prisma, adminKey: config.adminApiKey });
  await unlessAborted(keys.learnAll());
  notifications.on(KEY_CHANNEL, keys.forget);

  const measuredRates = startMeasuredRates(pool, log);
  shutdown.add('background', 'measured rates', () => measuredRates.stop());
  await unlessAborted(measuredRates.counted());
  const { expiration, detectorQuota, serverTag } = config;
  const cacheService = createCacheService({
    pool,
    answers: reads.answers,
    settings: {
      expiration,
      detectorQuota,
      serverTag,
      tellOfResets: {
        emails: config.email === undefined ? [] : config.adminEmails,
        slack: config.slack !== undefined,
      },
      observed: measuredRates.counts,
    },
    observer: observability.cacheObserver,
    log,
  });
  shutdown.add('commands', 'caches', () => cacheService.stop());
  await unlessAborted(expireBeforeStart(cacheService, log));
  const alertNotifications = createAlertNotifications(cacheService, notifications);
  return { pool, prisma, reads, observability, notifications, keys, cacheService, alertNotifications };
}
