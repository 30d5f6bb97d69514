import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createContacts } from '../administration/contacts.js';
import { createFirstKeys, type FirstKeys } from '../administration/keys/first-keys.js';
import { createKeys } from '../administration/keys/keys.js';
import { KEY_CHANNEL } from '../administration/keys/repository.js';
import type { CommittedAlert } from '../cache/contract.js';
import { foundCaches } from '../cache/history/found.js';
import { createCacheService } from '../cache/service.js';
import { expireBeforeStart } from '../cache/upkeep/backlog.js';
import { startMeasuredRates } from '../cache/upkeep/measured-rates.js';
import { startSweeper } from '../cache/upkeep/sweeper.js';
import type { Config } from '../config/config.js';
import { unlessCalledOff } from '../database/called-off.js';
import { migrate } from '../database/migrations.js';
import { listen } from '../database/notifications.js';
import { createPool } from '../database/pool.js';
import { requireOwnSessions } from '../database/pooler.js';
import { createPrisma, type PrismaReads } from '../database/prisma.js';
import { isWritable } from '../database/readiness.js';
import { lockAsReplica } from '../database/replica-lock.js';
import { requireSafeDatabase } from '../database/safety.js';
import { createDeliveryRecords, DELIVERY_CHANNEL } from '../delivery/people/delivery-records.js';
import { createAlertFeed } from '../delivery/sse/alert-feed.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';
import type { Duration } from '../domain/time.js';
import { createFeedbackRequests, type FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { MAIL_CHANNEL } from '../heartbeats/lateness/channel.js';
import type { Watcher } from '../heartbeats/lateness/watcher.js';
import { createPictures } from '../heartbeats/pictures.js';
import { buildServer } from '../http/server.js';
import { BROKER_CHANNEL } from '../intake/kafka/broker-changes.js';
import { createMailer } from '../mail/mailer.js';
import { startCanary } from '../observability/canary/canary.js';
import { createAlerts } from '../reads/alerts.js';
import { createDetectors } from '../reads/detectors.js';
import { createShadowReports } from '../shadow/reports.js';
import { type Shadow, startShadow } from '../shadow/shadow.js';
import { startHeartbeatWatch } from './heartbeat-watch.js';
import { startWatching } from './observability.js';
import { type Notifications, sinksOf, startNotifications } from './people.js';
import { createShutdown } from './shutdown.js';
import { type Streams, startStreams } from './streams.js';

/** How PostgreSQL's notifications name the alerts that a commit stored; see the statement `write-cache`. */
const ALERT_CHANNEL = 'snews_alert';

/** Where the build puts the dashboard's files, for compiled code and for sources alike. */
const DASHBOARD = fileURLToPath(new URL('../../dist/web/', import.meta.url));

const READY_MILLISECONDS = 3_000;
const CLOSE_MILLISECONDS = 2_000;
/** How long what a start has opened may take to close when the start is called off. */
const CALLED_OFF_MILLISECONDS = 1_000;

export interface App {
  /** Where it listens, like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The keys that were made because there were none; they are known now, and never again. */
  readonly firstKeys: FirstKeys;
  /**
   * Settles what is under way, refuses what is new, closes streams and connections: every part, whatever the others do.
   * @returns the parts that did not stop in time, or failed to
   */
  stop(): Promise<readonly string[]>;
}

/**
 * Composes the service: database → cache → ways out → ways in. What comes in (http) becomes commands of the cache
 * service; what these cause waits in the database, from where the alert feed tells the world.
 * @param signal calls the start off: what was opened is closed, and whatever hangs is left
 * @throws UnsafeDatabase, UnsuitablePooler, MigrationsLocked, CacheMismatch, DatabaseInUse: the message says what to change
 */
export async function startApp(config: Config, databaseUrl: string, log: Logger, signal?: AbortSignal): Promise<App> {
  const open = createShutdown(log);
  const unless = <T>(work: Promise<T>) => unlessCalledOff(work, signal);
  try {
    if (config.databaseUrl !== undefined) await unless(requireOwnSessions(databaseUrl));
    const replica = await unless(lockAsReplica(databaseUrl, log));
    open.add('lock of replicas', () => replica.stop());
    const migrations = await migrate(databaseUrl, { log, signal });
    if (migrations.length > 0) log.info({ migrations }, 'database:migrated');
    const pool = createPool(databaseUrl, log);
    open.add('pool', () => pool.end());
    const prisma = createPrisma(databaseUrl, log);
    open.add('reads', () => prisma.$disconnect());
    await unless(requireSafeDatabase(pool, config.allowUnsafeDatabase));
    await unless(foundCaches(databaseUrl, config.engine, config.window));
    const watching = await unless(startWatching(config, { pool, prisma, log }));
    open.add('metrics and traces', watching.stop);
    const { metrics, cacheObserver, deliveryObserver, httpObserver } = watching;
    const keys = createKeys({ prisma, adminKey: config.adminApiKey });
    await unless(keys.learnAll());

    const measuredRates = startMeasuredRates(pool, log);
    open.add('measured rates', () => measuredRates.stop());
    await unless(measuredRates.counted());
    const { expiration, detectorQuota, serverTag } = config;
    const cacheService = createCacheService({
      pool,
      prisma,
      settings: {
        expiration,
        detectorQuota,
        serverTag,
        tellOfResets: {
          emails: config.mail === undefined ? [] : config.adminMailTo,
          slack: config.slack !== undefined,
        },
        observed: measuredRates.counts,
      },
      observer: cacheObserver,
      log,
    });
    await unless(expireBeforeStart(cacheService, log));
    const alerts = createAlerts(prisma);
    const alertFeed = createAlertFeed(alerts, log, {}, deliveryObserver);

    const contacts = createContacts(prisma, { admins: config.adminMailTo, alerts: config.alertMailTo });
    const feedback = createFeedbackRequests({ prisma, canMail: config.mail !== undefined, log });
    const pictures = createPictures(log);
    open.add('pictures', () => pictures.stop());

    const sinks = sinksOf(config);
    let stopping = false;
    let watcher: Watcher | undefined;
    let streams: Streams | undefined;
    let notifications: Notifications | undefined;
    let shadow: Shadow | undefined;
    const ready = async () => !stopping && (await isWritable(pool, READY_MILLISECONDS));
    const degraded = () => new Map(streams === undefined ? [] : [['kafka', streams.problems().length > 0]]);
    watching.watch({ ready, degraded, readers: alertFeed.readers, sinks, streams: () => streams });
    const server = await unless(
      buildServer({
        settings: {
          publicReads: config.publicReads,
          publicMetrics: config.publicMetrics,
          rateLimit: config.rateLimit,
          trustedProxies: config.trustedProxies,
          streamsPerAddress: config.streamsPerAddress,
          streamsPerKey: config.streamsPerKey,
          dashboard: DASHBOARD,
        },
        log,
        cacheService,
        prisma,
        keys,
        alertFeed,
        deliveries: createDeliveryRecords(prisma, sinks),
        contacts,
        sinks,
        feedback,
        shadow: createShadowReports(prisma, config.shadowEngine),
        pictures,
        metrics,
        observer: httpObserver,
        replayDeadLetter: async (id) => streams?.replay(id),
        ready,
        degraded: () => [...degraded()].filter(([, isDegraded]) => isDegraded).map(([part]) => part),
        kafka: () => {
          if (streams === undefined) return null;
          const problems = streams.problems();
          return { working: problems.length === 0, problems, lag: streams.lag(), lag_seconds: streams.lagSeconds() };
        },
      }),
    );
    open.add('HTTP', () => closeServer(server));
    const sweeper = startSweeper(cacheService, pool, retentionOf(config), log);
    open.add('sweeper', () => sweeper.stop());
    const wake = (cache: CacheName, alerts?: readonly CommittedAlert[]) => {
      alertFeed.wake(cache);
      streams?.wake(cache, alerts);
      notifications?.wake();
      shadow?.wake();
    };
    cacheService.onAlerts(wake);
    const listener = listen(
      databaseUrl,
      {
        [ALERT_CHANNEL]: (cache) => CACHE_NAMES.filter((name) => name === cache).forEach((name) => void wake(name)),
        [KEY_CHANNEL]: keys.forget,
        [BROKER_CHANNEL]: () => streams?.reconsider(),
        [DELIVERY_CHANNEL]: (sink) => notifications?.resume(sink),
        [MAIL_CHANNEL]: () => watcher?.wake(),
      },
      () => {
        alertFeed.wakeAll();
        notifications?.wake();
        watcher?.wake();
        streams?.reconsider();
      },
      log,
    );
    open.add('notifications of the database', () => listener.stop());
    open.add('alert streams', () => alertFeed.stop());
    if (config.kafka !== undefined) {
      streams = await unless(
        startStreams({
          settings: config.kafka,
          databaseUrl,
          pool,
          cacheService,
          serverTag,
          displayHeartbeats: () => void logHeartbeats(prisma, log),
          observer: deliveryObserver,
          giveFeedback: () => void giveFeedback(feedback, log),
          log,
        }),
      );
      open.add('alerts to Kafka', streams.stopPublishing);
      open.add('Kafka reader', streams.stopReading);
    }
    const mailer = config.mail && createMailer(config.mail, log);
    if (mailer !== undefined) open.add('mail', () => mailer.close());
    notifications = await unless(
      startNotifications({
        settings: config,
        databaseUrl,
        pool,
        prisma,
        mailer,
        observer: deliveryObserver,
        recipients: contacts.alertRecipients,
        log,
      }),
    );
    open.add('deliveries', notifications.stop);
    watcher = startHeartbeatWatch({
      databaseUrl,
      pool,
      prisma,
      mailer,
      slack: config.slack,
      pictures,
      feedback,
      quietAfter: toMilliseconds(config.quietNetworkAfter),
      admins: config.adminMailTo,
      serverTag,
      log,
    });
    open.add('heartbeat watch', watcher.stop);
    if (config.canaryInterval > 0) {
      const { engine, window, canaryInterval: interval } = config;
      const kafka = () => config.kafka && { ...config.kafka, brokers: streams?.brokers() ?? config.kafka.brokers };
      const observer = metrics.canaryObserver;
      const canary = startCanary({ databaseUrl, interval, engine, window, serverTag, kafka, observer, log });
      open.add('canary', canary.stop);
    }
    if (config.shadowEngine !== undefined) {
      shadow = startShadow({ databaseUrl, engine: config.shadowEngine, log });
      open.add('shadow engine', shadow.stop);
    }
    // First of all, what is new is refused and what is under way is settled.
    open.add('caches', () => cacheService.stop());

    await unless(server.listen({ host: config.host, port: config.port }));
    const { port } = server.server.address() as AddressInfo;
    const firstKeys = await unless(createFirstKeys(prisma, config, log));
    return {
      url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
      firstKeys,
      async stop() {
        stopping = true;
        return await open.close();
      },
    };
  } catch (error) {
    await open.close(signal?.aborted ? CALLED_OFF_MILLISECONDS : undefined);
    throw error;
  }
}

/**
 * Answers what is under way and ends. Connections that have not asked anything yet, as browsers open them in
 * advance, would keep it from ending.
 */
async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), CLOSE_MILLISECONDS);
  await server.close();
  clearTimeout(cut);
}

function retentionOf({ observationRetention, messageRetention, heartbeatRetention }: Config) {
  return {
    observations: toMilliseconds(observationRetention),
    messages: toMilliseconds(messageRetention),
    heartbeats: toMilliseconds(heartbeatRetention),
  };
}

function toMilliseconds(duration: Duration): number {
  return Number(duration / 1_000_000n);
}

/** The command Get-Feedback. If the database is away, the watcher carries it out later. */
async function giveFeedback(feedback: FeedbackRequests, log: Logger): Promise<void> {
  try {
    await feedback.takeCommands();
  } catch (error) {
    log.warn({ err: error }, 'feedback:waits');
  }
}

/** The command display-heartbeats: the table goes to the log; over REST it is GET /v1/detectors. */
async function logHeartbeats(prisma: PrismaReads, log: Logger): Promise<void> {
  try {
    const { items } = await createDetectors(prisma).list({ limit: 1_000 });
    const heartbeats = items.map(({ name, status, last_heartbeat, usual_interval, heartbeat_expected_by }) => ({
      name,
      status,
      received: last_heartbeat?.received_time_utc ?? null,
      sent: last_heartbeat?.sent_time_utc ?? null,
      latency_s: last_heartbeat?.latency_s ?? null,
      said: last_heartbeat?.detector_status ?? null,
      usual_interval,
      expected_by: heartbeat_expected_by,
    }));
    log.info({ heartbeats }, 'heartbeats:shown');
  } catch (error) {
    log.warn({ err: error }, 'heartbeats:not-shown');
  }
}
