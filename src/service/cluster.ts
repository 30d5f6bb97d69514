import type { CommittedAlert } from '../cache/contract.js';
import { createConnectionTestEcho } from '../delivery/kafka/connection-tests.js';
import type { Publications } from '../delivery/kafka/publications.js';
import type { CacheName } from '../domain/cache-name.js';
import type { createDeadLetterRetry } from '../intake/kafka/dead-letter-retry.js';
import type { PartitionLag } from '../intake/kafka/lag-tracker.js';
import { createKafka } from '../kafka/client.js';
import type { ClusterOptions } from './cluster-options.js';
import { startPublishing } from './cluster-publishing.js';
import { createReading } from './cluster-reading.js';

/** One Kafka cluster as an input and an output. */
export interface Cluster {
  /**
   * A cache may have pending alerts.
   * @param alerts those just committed, if this replica committed them; there may be others
   */
  wake(cache: CacheName, alerts?: readonly CommittedAlert[]): void;
  /** What does not work at the moment, in words; empty if messages are read and alerts can be sent. */
  problems(): string[];
  /** Number of records still to be read, at the last count; null if unknown. */
  lag(): number | null;
  /** For how many seconds the oldest of these records has waited; null if unknown. */
  lagSeconds(): number | null;
  retryDeadLetter: ReturnType<typeof createDeadLetterRetry>;
  /** Lag of each partition, counted anew. @throws Error if the broker or the database is away */
  partitionLags(): Promise<readonly PartitionLag[]>;
  /** Alerts of all caches that no replica has published yet. @throws DatabaseAway */
  pending: Publications['pending'];
  /** Starts to read the observation topics. Further calls have no effect. */
  startReading(): void;
  stopReading(): Promise<void>;
  stopPublishing(): Promise<void>;
}

/**
 * Starts to publish alerts; reads the observation topics after `startReading`. Does not wait for the broker: publishers and
 * readers connect in the background, and try until they succeed.
 * @throws DatabaseAway
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { settings, displayHeartbeats, giveFeedback, changeBrokers, log } = options;
  const kafka = createKafka(settings, log);
  const sender = settings.sasl?.username ?? options.serverTag;
  const publishing = await startPublishing(kafka, sender, options);
  const echo = createConnectionTestEcho(kafka, settings.topics.connectionTests, sender, log);
  const reading = createReading(kafka, { echo: echo.echo, displayHeartbeats, giveFeedback, changeBrokers }, options);
  const { backlog } = reading;

  return {
    wake: (cache, alerts) => publishing.publisher(cache)?.wake(alerts),
    problems: () => [...reading.problems(), ...publishing.problems()],
    lag: backlog.size,
    lagSeconds: backlog.seconds,
    retryDeadLetter: reading.retryDeadLetter,
    partitionLags: backlog.partitions,
    pending: publishing.pending,
    startReading: reading.start,
    stopReading: reading.stop,
    async stopPublishing() {
      await Promise.all([publishing.stop(), echo.stop()]);
    },
  };
}
