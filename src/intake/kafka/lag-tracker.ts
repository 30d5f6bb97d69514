import type { Log } from '../../domain/log.js';
import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';

/** A partition is stalled if its position does not move for this long while records are pending. */
export const STALLED_MILLISECONDS = 30_000;
/** Arrivals that are remembered of a partition; beyond that every second one is forgotten. */
const MOST_ARRIVALS = 1_000;

/** Where a partition's log begins and ends. */
export interface PartitionEnds extends TopicPartition {
  readonly low: bigint;
  /** The last stable offset, up to which committed records can be read: it is held by the first open transaction. */
  readonly stable: bigint;
  readonly end: bigint;
}

/** The pending records of a partition: they have arrived and not taken effect yet. */
export interface PartitionLag extends TopicPartition {
  readonly records: number;
  /** The age of the oldest of them, as far as this process knows; 0: none is pending. */
  readonly seconds: number;
  /** Why the partition has not moved for a while; undefined: it moves, or nothing is pending. */
  readonly stalled: string | undefined;
}

/** What was observed of a partition. */
interface Seen {
  position: bigint;
  /** Since when the position has been the same while records were pending. */
  since: number;
  /** Ends of the log beyond the position, and when they were first seen; the oldest first. */
  arrivals: { readonly end: bigint; readonly at: number }[];
  /** The log says that it is stalled. */
  isLogged: boolean;
}

/** Follows the positions and the ends of partitions, and tells which of them are stalled. */
export class LagTracker {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly log: Log,
    /** Milliseconds of a monotonic clock. */
    private readonly now: () => number,
    private readonly stalledMilliseconds: number,
  ) {}

  /** The lag of a partition now. */
  lagOf({ topic, partition, stable, end }: PartitionEnds, position: bigint): PartitionLag {
    const one = this.observed({ topic, partition }, position, end);
    if (one === undefined) return { topic, partition, records: 0, seconds: 0, stalled: undefined };
    const at = this.now();
    one.arrivals = one.arrivals.filter((arrival) => arrival.end > position);
    if (one.arrivals.at(-1)?.end !== end) one.arrivals.push({ end, at });
    if (one.arrivals.length > MOST_ARRIVALS) one.arrivals = one.arrivals.filter((_, i) => i % 2 === 0);
    const seconds = Math.max(0, at - (one.arrivals[0]?.at ?? at)) / 1_000;
    const records = Number(end - position);
    if (at - one.since < this.stalledMilliseconds) return { topic, partition, records, seconds, stalled: undefined };
    const stalled =
      stable <= position
        ? `an open transaction of somebody else holds it at offset ${position}`
        : `nothing has been read from offset ${position} on`;
    if (!one.isLogged)
      this.log.warn({ topic, partition, position: String(position), records, stalled }, 'kafka:partition-stalled');
    one.isLogged = true;
    return { topic, partition, records, seconds, stalled };
  }

  /** Notes the position. Gives undefined if nothing is pending. */
  private observed(at: TopicPartition, position: bigint, end: bigint): Seen | undefined {
    const key = nameOf(at);
    const before = this.seen.get(key);
    if (before?.isLogged && (position >= end || position !== before.position)) {
      this.log.info({ topic: at.topic, partition: at.partition }, 'kafka:partition-moves');
    }
    if (position >= end) {
      this.seen.delete(key);
      return undefined;
    }
    const now = this.now();
    const one = before ?? { position, since: now, arrivals: [], isLogged: false };
    this.seen.set(key, one);
    if (one.position !== position) Object.assign(one, { position, since: now, isLogged: false });
    return one;
  }
}
