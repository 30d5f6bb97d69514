import type pg from 'pg';
import type { Log } from '../../domain/log.js';
import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';
import { LagTracker, type PartitionEnds, type PartitionLag, STALLED_MILLISECONDS } from './lag-tracker.js';

/** How often it counts. */
const COUNT_MILLISECONDS = 5_000;

export interface BacklogOptions {
  readonly pool: pg.Pool;
  /** Asks the broker where the logs of the topics begin and end. */
  ends(): Promise<{ readonly cluster: string; readonly ends: readonly PartitionEnds[] }>;
  /** Where a topic starts that was never read. */
  readonly start: 'latest' | 'earliest';
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
  readonly stalledMilliseconds?: number;
  readonly log: Log;
}

interface Position extends TopicPartition {
  readonly cluster: string;
  readonly position: bigint;
}

/**
 * Counts the pending records of the observation topics, over all replicas: those between the stored positions and the ends
 * of the logs. It counts every few seconds in the background, so that health checks and metrics don't wait for the broker.
 */
export function createBacklog(options: BacklogOptions) {
  const { pool, ends, start, log, now = () => performance.now(), stalledMilliseconds = STALLED_MILLISECONDS } = options;
  const tracker = new LagTracker(log, now, stalledMilliseconds);
  let counted: { readonly lags: readonly PartitionLag[] } | undefined;
  let failingSince: number | undefined;
  let counting: Promise<readonly PartitionLag[]> | undefined;

  async function positions(): Promise<readonly Position[]> {
    return (await pool.query<Position>('SELECT cluster, topic, partition, position FROM stream_position')).rows;
  }

  async function count(): Promise<readonly PartitionLag[]> {
    const { cluster, ends: partitions } = await ends();
    const stored = await positions();
    const here = new Map(stored.filter((one) => one.cluster === cluster).map((one) => [nameOf(one), one.position]));
    const read = new Set(stored.map(({ topic }) => topic));
    return partitions.map((one) => {
      // All records of a topic that was read already, in this or in another cluster, are new.
      const first = start === 'earliest' || read.has(one.topic) ? one.low : one.end;
      return tracker.lagOf(one, BigInt(here.get(nameOf(one)) ?? first));
    });
  }

  /** Counts; concurrent callers share one count. */
  function partitions(): Promise<readonly PartitionLag[]> {
    counting ??= count()
      .then(
        (lags) => {
          counted = { lags };
          failingSince = undefined;
          return lags;
        },
        (error) => {
          failingSince ??= now();
          counted = undefined;
          throw error;
        },
      )
      .finally(() => {
        counting = undefined;
      });
    return counting;
  }

  const look = () => partitions().catch((error) => log.debug({ err: error }, 'kafka:backlog-not-counted'));
  const timer = setInterval(() => void look(), COUNT_MILLISECONDS);
  void look();

  return {
    /** Counts the pending records of each partition. @throws KafkaJSError or an error of pg if broker or database is away */
    partitions,
    /** Pending records; null: not known, as the broker is away or was not asked yet. */
    size: (): number | null => counted?.lags.reduce((sum, { records }) => sum + records, 0) ?? null,
    /** The age of the oldest pending record in seconds; null: not known. */
    seconds: (): number | null => counted?.lags.reduce((most, { seconds }) => Math.max(most, seconds), 0) ?? null,
    /** Which partitions are stalled, and why, as sentences for people. */
    problems(): string[] {
      if (failingSince !== undefined && now() - failingSince >= stalledMilliseconds) {
        return ['the broker does not tell where the observation topics end'];
      }
      return (counted?.lags ?? []).flatMap(({ topic, partition, stalled }) =>
        stalled === undefined ? [] : [`${topic}/${partition}: ${stalled}`],
      );
    },
    /** Does not wait for a count that is under way, as that takes long if the broker is away. */
    stop: () => clearInterval(timer),
  };
}
