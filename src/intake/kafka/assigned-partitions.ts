import type { Consumer, Kafka } from 'kafkajs';
import type { Log } from '../../domain/log.js';
import { logBounds } from '../../kafka/log-bounds.js';
import { type OffsetOutOfRange, onOffsetOutOfRange } from '../../kafka/offset-out-of-range.js';
import { nameOf } from '../../kafka/topic-partition.js';
import { type Evidence, PartitionPlace } from './partition-place.js';
import type { PausedPartitions } from './paused-partitions.js';
import { isOutside, type StreamStart, type StreamStarts } from './positions.js';

const LOOK_AGAIN_MILLISECONDS = 10_000;

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface AssignedPartitionsOptions {
  readonly kafka: Kafka;
  readonly starts: Pick<StreamStarts, 'establish' | 'settle' | 'beginAnew' | 'remember'>;
  /** The client that reads at the moment. */
  consumer(): Consumer;
  readonly holds: PausedPartitions;
  /** Repeats some work until it succeeds or the reader stops. */
  keepTrying(work: () => Promise<void>): Promise<void>;
  isStopping(): boolean;
  /** How often each partition's log is verified to be the one that was read before, in milliseconds; 10 s by default. */
  readonly lookAgainEvery: number | undefined;
  readonly log: Log;
}

/**
 * The assigned partitions. A partition is in doubt, and paused, if its log does not have its position or seems to have been
 * replaced by another log; it is read again when it is settled where to go on. The other partitions are read meanwhile.
 */
export class AssignedPartitions {
  private readonly places = new Map<string, PartitionPlace>();
  /** The partitions in doubt; each settles when it is read again, or assigned anew. */
  private readonly doubted = new Map<string, Promise<void>>();
  private cluster = '';
  private memberId: string | undefined;
  /** The last assignment. Work for an earlier one has no effect. */
  private latest: Assignment = {};
  private readonly lookingAgain: NodeJS.Timeout;
  private readonly forgetOutOfRange: () => void;

  constructor(private readonly options: AssignedPartitionsOptions) {
    this.forgetOutOfRange = onOffsetOutOfRange((event) => this.outOfRange(event));
    const every = options.lookAgainEvery ?? LOOK_AGAIN_MILLISECONDS;
    this.lookingAgain = setInterval(() => this.lookAgain(), every);
  }

  /** True if no partition is in doubt. */
  areCertain(): boolean {
    return this.doubted.size === 0;
  }

  of(topic: string, partition: number): PartitionPlace | undefined {
    return this.places.get(nameOf({ topic, partition }));
  }

  /** Notes the assignment. The function that it returns places the partitions; it gives false if they were reassigned. */
  assign(assigned: {
    readonly cluster: string;
    readonly memberId: string;
    readonly assignment: Assignment;
  }): () => Promise<boolean> {
    this.cluster = assigned.cluster;
    this.memberId = assigned.memberId;
    this.latest = assigned.assignment;
    return () => this.place(assigned.assignment);
  }

  /** Forgets the assignment: the client crashed. */
  forget(): void {
    this.latest = {};
    this.clear();
  }

  /** Pauses a partition until it is settled where to read on. */
  doubt(topic: string, partition: number, evidence: Exclude<Evidence, 'fine'>): void {
    const { kafka, starts, holds, log, keepTrying, isStopping } = this.options;
    const key = nameOf({ topic, partition });
    if (this.doubted.has(key)) return;
    const assignment = this.latest;
    const isOver = () => isStopping() || assignment !== this.latest;
    const { position } = this.places.get(key) ?? {};
    const at = { cluster: this.cluster, topic, partition };
    const look = () => logBounds(kafka, topic);
    log.warn({ ...at, position: position?.toString(), evidence }, 'kafka:position-in-doubt');
    this.places.delete(key);
    const release = holds.hold({ topic, partition });
    const settled = keepTrying(async () => {
      if (isOver()) return;
      const start =
        evidence === 'another log' && position !== undefined
          ? await starts.beginAnew(at, look, position)
          : await starts.settle(at, look, isOver);
      if (start === undefined || isOver()) return;
      this.begin(topic, partition, start);
      this.doubted.delete(key);
      release();
    });
    this.doubted.set(key, settled);
  }

  /** Stores the record before a position that has none stored. A failure does no harm: the next transaction stores one. */
  remember(topic: string, partition: number, { position, record }: PartitionPlace): void {
    if (record === undefined) return;
    const { starts, log } = this.options;
    starts
      .remember({ cluster: this.cluster, topic, partition }, position, record)
      .catch((error) => log.warn({ err: error, topic, partition }, 'kafka:record-not-remembered'));
  }

  async stop(): Promise<void> {
    clearInterval(this.lookingAgain);
    this.forgetOutOfRange();
    await Promise.all(this.doubted.values());
  }

  /** Looks up or stores where the partitions start, and has the client read from there. False if they were reassigned. */
  private async place(assignment: Assignment): Promise<boolean> {
    const { cluster } = this;
    const { kafka, starts, log } = this.options;
    const found: { readonly topic: string; readonly partition: number; readonly start: StreamStart }[] = [];
    for (const [topic, partitions] of Object.entries(assignment)) {
      const established = await starts.establish(cluster, topic, () => logBounds(kafka, topic));
      for (const partition of partitions) {
        const start = established.get(partition);
        if (start === undefined) throw new Error(`the broker tells no offsets of ${topic}/${partition}`);
        found.push({ topic, partition, start });
      }
    }
    // Another assignment may have arrived meanwhile.
    if (assignment !== this.latest) return false;
    this.clear();
    for (const { topic, partition, start } of found) {
      if (isOutside(start)) this.doubt(topic, partition, 'elsewhere');
      else this.begin(topic, partition, start);
    }
    log.info({ cluster, assignment }, 'kafka:partitions-assigned');
    return true;
  }

  private begin(topic: string, partition: number, start: StreamStart): void {
    const at = { cluster: this.cluster, topic, partition };
    this.places.set(nameOf(at), new PartitionPlace(at, this.options.consumer(), start));
  }

  private clear(): void {
    this.places.clear();
    this.doubted.clear();
    this.options.holds.endAll();
  }

  private outOfRange({ memberId, topic, partition }: OffsetOutOfRange): boolean {
    if (memberId !== this.memberId) return false;
    // The client has paused the partition; the release of the last hold resumes it.
    const release = this.options.holds.hold({ topic, partition });
    if (!this.of(topic, partition)?.passOver()) this.doubt(topic, partition, 'elsewhere');
    release();
    return true;
  }

  private lookAgain(): void {
    try {
      for (const place of this.places.values()) place.lookAgainSoon();
    } catch (error) {
      // The client is crashing. It reports that next, and all partitions are assigned anew.
      this.options.log.debug({ err: error }, 'kafka:not-looked-again');
    }
  }
}
