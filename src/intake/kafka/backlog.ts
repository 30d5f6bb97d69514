import type pg from 'pg';
import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';

const LOOK_MILLISECONDS = 5_000;
/** A partition that didn't move for so long while records wait isn't only busy. */
const STALLED_MILLISECONDS = 30_000;
/** Of one partition; with more, every second one is forgotten. */
const MOST_ARRIVALS = 1_000;

/** Where a partition's log begins and ends. */
export interface PartitionEnds extends TopicPartition {
  readonly low: bigint;
  /** How far a reader of committed records gets: up to the first open transaction. */
  readonly stable: bigint;
  readonly end: bigint;
}

export interface BacklogOptions {
  readonly pool: pg.Pool;
  /** Asks the broker where the topics begin and end. */
  ends(): Promise<{ readonly cluster: string; readonly ends: readonly PartitionEnds[] }>;
  /** Where a topic is read from that was never read. */
  readonly start: 'latest' | 'earliest';
  /** Milliseconds of a clock that is never set. */
  readonly now?: () => number;
  readonly stalledMilliseconds?: number;
  readonly log: Log;
}

interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Records of a partition that have come and not taken effect yet. */
export interface PartitionLag extends TopicPartition {
  readonly records: number;
  /** For how long the oldest of them has waited, as far as this process knows; 0: none waits. */
  readonly seconds: number;
  /** It has not moved for a while, and why; undefined: it moves, or nothing waits. */
  readonly stalled: string | undefined;
}

interface Position extends TopicPartition {
  readonly cluster: string;
  readonly position: bigint;
}

/** What was seen of a partition. */
interface Seen {
  position: bigint;
  /** Since when the position has been the same while records waited. */
  since: number;
  /** When the log was seen to end where, as long as that is beyond the position: the oldest first. */
  arrivals: { readonly end: bigint; readonly at: number }[];
  isTold: boolean;
}

/**
 * How many records of the observation topics have not taken effect yet, over all replicas: the stored positions count,
 * against all that the broker stores. It is counted every few seconds, so that nobody who asks waits for a broker.
 */
export function createBacklog(options: BacklogOptions) {
  const { pool, ends, start, log, now = () => performance.now(), stalledMilliseconds = STALLED_MILLISECONDS } = options;
  const seen = new Map<string, Seen>();
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
      // Of a topic that was read already, here or in another cluster, all is news.
      const first = start === 'earliest' || read.has(one.topic) ? one.low : one.end;
      return lagOf(one, BigInt(here.get(nameOf(one)) ?? first));
    });
  }

  function lagOf({ topic, partition, stable, end }: PartitionEnds, position: bigint): PartitionLag {
    const key = nameOf({ topic, partition });
    const before = seen.get(key);
    if (position >= end) {
      if (before?.isTold) log.info({ topic, partition }, 'kafka:partition-moves');
      seen.delete(key);
      return { topic, partition, records: 0, seconds: 0, stalled: undefined };
    }
    const at = now();
    const one = before ?? { position, since: at, arrivals: [], isTold: false };
    seen.set(key, one);
    if (one.position !== position) {
      if (one.isTold) log.info({ topic, partition }, 'kafka:partition-moves');
      Object.assign(one, { position, since: at, isTold: false });
    }
    one.arrivals = one.arrivals.filter((arrival) => arrival.end > position);
    if (one.arrivals.at(-1)?.end !== end) one.arrivals.push({ end, at });
    if (one.arrivals.length > MOST_ARRIVALS) one.arrivals = one.arrivals.filter((_, i) => i % 2 === 0);
    const seconds = Math.max(0, at - (one.arrivals[0]?.at ?? at)) / 1_000;
    const records = Number(end - position);
    if (at - one.since < stalledMilliseconds) return { topic, partition, records, seconds, stalled: undefined };
    const stalled =
      stable <= position
        ? `an open transaction of somebody else holds it at offset ${position}`
        : `nothing has been read from offset ${position} on`;
    if (!one.isTold)
      log.warn({ topic, partition, position: String(position), records, stalled }, 'kafka:partition-stalled');
    one.isTold = true;
    return { topic, partition, records, seconds, stalled };
  }

  /** Whoever asks while it is counted gets that count. */
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
  const timer = setInterval(() => void look(), LOOK_MILLISECONDS);
  void look();

  return {
    /** Of each partition, counted anew. @throws KafkaJSError, or what the database says, if either is away */
    partitions,
    /** Null: not known, as the broker is away or was not asked yet. */
    size: (): number | null => counted?.lags.reduce((sum, { records }) => sum + records, 0) ?? null,
    /** For how long the oldest record has waited; null: not known. */
    seconds: (): number | null => counted?.lags.reduce((most, { seconds }) => Math.max(most, seconds), 0) ?? null,
    /** What does not move, and why, in words. */
    problems(): string[] {
      if (failingSince !== undefined && now() - failingSince >= stalledMilliseconds) {
        return ['the broker does not tell where the observation topics end'];
      }
      return (counted?.lags ?? []).flatMap(({ topic, partition, stalled }) =>
        stalled === undefined ? [] : [`${topic}/${partition}: ${stalled}`],
      );
    },
    /** A count that is under way isn't waited for: a broker that is away takes its time. */
    stop: () => clearInterval(timer),
  };
}
