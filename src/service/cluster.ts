import type pg from 'pg';
import type { CacheService, CommittedAlert } from '../cache/contract.js';
import { campaign } from '../database/leadership.js';
import { createAlertPublisher } from '../delivery/kafka/alert-publisher.js';
import { createConnectionTestEcho } from '../delivery/kafka/connection-tests.js';
import { watchOverdue } from '../delivery/kafka/overdue.js';
import { createPublications, type Publications } from '../delivery/kafka/publications.js';
import type { DeliveryObserver } from '../delivery/observer.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';
import { createBacklog } from '../intake/kafka/backlog.js';
import { createDeadLetterRetry } from '../intake/kafka/dead-letter-retry.js';
import { lookFirst } from '../intake/kafka/first-look.js';
import type { PartitionLag } from '../intake/kafka/lag-tracker.js';
import { createStreamStarts } from '../intake/kafka/positions.js';
import { type StreamReader, startStreamReader } from '../intake/kafka/reader.js';
import { createPasswordGuard } from '../intake/kafka/remote-commands.js';
import { createKafka, type Kafka, type KafkaLog } from '../kafka/client.js';
import { logEnds, makeMissingTopics } from '../kafka/log-bounds.js';
import type { KafkaSettings, Topics } from '../kafka/settings.js';

export interface ClusterOptions {
  readonly settings: KafkaSettings;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly cacheService: CacheService;
  /** Names this server where the broker knows no user. */
  readonly serverTag: string;
  /** The detectors' heartbeats, for the command that shows them. */
  displayHeartbeats(): void;
  /** A command asks for feedback. */
  giveFeedback(): void;
  /** A command asks for other brokers. */
  changeBrokers(): void;
  /** Is told of the alerts that are published. */
  readonly observer: DeliveryObserver;
  readonly log: KafkaLog;
}

/** One Kafka cluster as an input and an output. */
export interface Cluster {
  /** Alerts of a cache may wait: at least these, if any are told. */
  wake(cache: CacheName, alerts?: readonly CommittedAlert[]): void;
  /** What does not work at the moment, in words; none: messages are read, and alerts can be sent. */
  problems(): string[];
  /** Records that wait to be read, as last counted; null: not known. */
  lag(): number | null;
  /** For how long the oldest of them has waited; null: not known. */
  lagSeconds(): number | null;
  /** Tries a dead letter again. */
  replay: ReturnType<typeof createDeadLetterRetry>;
  /** The same of each partition, counted anew. @throws Error if the broker or the database is away */
  partitionLags(): Promise<readonly PartitionLag[]>;
  /** The alerts that wait to be published, by any replica. @throws DatabaseAway */
  outstanding: Publications['outstanding'];
  /** Begins to read the observation topics; once. */
  startReading(): void;
  stopReading(): Promise<void>;
  stopPublishing(): Promise<void>;
}

/**
 * Publishes alerts, and reads the observation topics as soon as it is told to, for as long as it takes to reach the broker.
 * @throws DatabaseAway
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { settings, pool, cacheService, log } = options;
  const kafka = createKafka(settings, log);
  const sender = settings.sasl?.username ?? options.serverTag;
  const publications = createPublications(pool);
  // From here on alerts wait for the broker, also while it has never been reached.
  await publications.begin();

  const publishers = new Map(
    CACHE_NAMES.map((cache) => [
      cache,
      createAlertPublisher({
        kafka,
        cache,
        topic: alertTopic(settings.topics, cache),
        transactionalId: `${settings.groupId}-alerts-${cache}`,
        reconcileGroup: `${settings.groupId}-reconcile-${cache}`,
        sender,
        publications,
        observer: options.observer,
        log,
      }),
    ]),
  );
  const leadership = campaign(
    options.databaseUrl,
    'alerts to Kafka',
    async (signal) => {
      await Promise.all([...publishers.values()].map((publisher) => publisher.lead(signal)));
    },
    log,
  );
  const echo = createConnectionTestEcho(kafka, settings.topics.connectionTests, sender, log);
  const guard = createPasswordGuard(settings.adminPassword, log);
  const { displayHeartbeats, giveFeedback, changeBrokers } = options;
  const remote = { echo: echo.echo, displayHeartbeats, giveFeedback, changeBrokers };
  const { allowedBrokers, commandMaxAge } = settings;
  const firedrillTopic = settings.topics.firedrillObservations;
  const starts = createStreamStarts(pool, settings.start, log);
  const observationTopics = [settings.topics.observations, firedrillTopic];
  let looking: Promise<void> | undefined;
  /** Each topic's reader asks for it, mostly at the same time: who asks meanwhile gets that look. */
  function look(): Promise<void> {
    looking ??= lookFirst({ kafka, topics: observationTopics, starts, log }, () =>
      makeTopics(kafka, settings.topics, log),
    ).finally(() => {
      looking = undefined;
    });
    return looking;
  }
  let reader: StreamReader | undefined;
  const readerOptions = {
    kafka,
    groupId: settings.groupId,
    topics: settings.topics,
    prepare: look,
    starts,
    cacheService,
    guard,
    remote,
    allowedBrokers,
    commandMaxAge,
    log,
  };

  const backlog = createBacklog({
    pool,
    ends: () => logEnds(kafka, observationTopics),
    start: settings.start,
    log,
  });
  const overdue = watchOverdue(publications.outstanding, log);

  function problems(): string[] {
    const unable = [...publishers].filter(([, publisher]) => !publisher.isDelivering());
    return [
      ...(reader?.problems() ?? ['messages are not read yet']),
      ...backlog.problems(),
      ...unable.map(([cache]) => `alerts of the ${cache} cache can not be sent`),
      ...(overdue.isOverdue() ? ['alerts wait, and no replica sends them'] : []),
    ];
  }

  return {
    wake: (cache, alerts) => publishers.get(cache)?.wake(alerts),
    problems,
    lag: backlog.size,
    lagSeconds: backlog.seconds,
    replay: createDeadLetterRetry({
      pool,
      cacheService,
      firedrillTopic,
      guard,
      remote,
      allowedBrokers,
      commandMaxAge,
      log,
    }),
    partitionLags: backlog.partitions,
    outstanding: publications.outstanding,
    startReading() {
      reader ??= startStreamReader(readerOptions);
    },
    async stopReading() {
      backlog.stop();
      await reader?.stop();
    },
    async stopPublishing() {
      overdue.stop();
      await Promise.all([leadership.stop(), echo.stop()]);
    },
  };
}

/** Alerts of the test cache go where connections are tested. */
function alertTopic(topics: Topics, cache: CacheName): string {
  return { live: topics.alerts, firedrill: topics.firedrillAlerts, test: topics.connectionTests }[cache];
}

/** Whoever runs the broker may not let us make topics: then those that it lacks are awaited. */
async function makeTopics(kafka: Kafka, topics: Topics, log: KafkaLog): Promise<void> {
  try {
    const made = await makeMissingTopics(kafka, Object.values(topics));
    if (made.length > 0) log.info({ topics: made }, 'kafka:topics-made');
  } catch (error) {
    log.warn({ err: error }, 'kafka:topics-not-made');
  }
}
