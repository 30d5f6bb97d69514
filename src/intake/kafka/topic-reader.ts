import type { Consumer, Kafka } from 'kafkajs';
import { clusterId } from '../../kafka/log-bounds.js';
import { LogThrottle } from '../../kafka/log-throttle.js';
import { refusedPartition } from '../../kafka/read-batches.js';
import { AssignedPartitions, type AssignedPartitionsOptions, type Assignment } from './assigned-partitions.js';
import { openGroupConsumer } from './group-consumer.js';
import { PartitionReader, type PartitionReaderOptions } from './partition-reader.js';
import { PausedPartitions } from './paused-partitions.js';
import { Restarts } from './restarts.js';
import { RestingPartitions } from './resting-partitions.js';
import { waitAlive } from './while-alive.js';

export interface TopicReaderOptions extends PartitionReaderOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topic: string;
  /** Called before a client connects. */
  prepare(): Promise<void>;
  readonly starts: AssignedPartitionsOptions['starts'];
  /** How often each partition's log is verified to be the one that was read before, in milliseconds; 10 s by default. */
  readonly lookAgainEvery?: number;
}

export interface StreamReader {
  /** Partitions are assigned, their starts are stored, and the last transaction of each succeeded. */
  isReading(): boolean;
  /** Why it is not reading, as sentences for people. */
  problems(): string[];
  /** Finishes the batches that are under way, and leaves the group. */
  stop(): Promise<void>;
}

/** Partitions whose records are taken at the same time; those of one cache share its transactions. */
const AT_ONCE = 8;
const RECONNECT_MILLISECONDS = 1_000;

/**
 * Reads one topic as a member of a consumer group. It is in one of these states:
 *
 * - outside: it has no partitions. It looks for the broker and the topic, connects, and joins the group.
 * - placing: the group has assigned partitions to it. It looks up where each of them starts, and stores that of new ones.
 * - reading: batches go to the partition reader.
 * - stopped: it has left the group.
 *
 * The transitions are:
 *
 *     outside          -> placing   the group assigns partitions
 *     placing          -> reading   the starts of all of them are stored
 *     placing, reading -> placing   the group rebalances and assigns partitions anew
 *     placing, reading -> outside   the client crashes or is no longer a member; after a pause another client joins
 *     any              -> stopped   stop() is called; batches that are under way are finished before
 *
 * Positions are stored in the database, each in the transaction of the effects of its records. The offsets that are
 * committed to the broker only show the lag to Kafka's tools.
 */
export function startTopicReader(options: TopicReaderOptions): StreamReader {
  return new TopicReader(options);
}

class TopicReader implements StreamReader {
  private readonly restarts = new Restarts();
  private readonly resting = new RestingPartitions();
  private readonly throttle = new LogThrottle();
  private readonly holds: PausedPartitions;
  private readonly places: AssignedPartitions;
  private readonly partitions: PartitionReader;
  private consumer: Consumer;
  private cluster = '';
  /** True while it is reading. */
  private isAssigned = false;
  private isStopping = false;
  /** The last error that kept it outside; undefined if there was none since it last read. */
  private trouble: string | undefined;
  /** Settles when the placing of the partitions that were assigned last is over. */
  private placing: Promise<void> = Promise.resolve();
  /** Settles when the client runs; replaced when another client takes over. */
  private running: Promise<void>;

  constructor(private readonly options: TopicReaderOptions) {
    const { kafka, starts, lookAgainEvery, log } = options;
    const consumer = () => this.consumer;
    const isStopping = () => this.isStopping;
    this.consumer = this.openConsumer();
    this.holds = new PausedPartitions(consumer, log);
    this.places = new AssignedPartitions({
      kafka,
      starts,
      consumer,
      holds: this.holds,
      keepTrying: (work) => this.keepTrying(work),
      isStopping,
      lookAgainEvery,
      log,
    });
    this.partitions = new PartitionReader(options, {
      cluster: () => this.cluster,
      consumer,
      isStopping,
      places: this.places,
      holds: this.holds,
    });
    this.running = this.keepTrying(() => this.run());
  }

  isReading(): boolean {
    return this.problems().length === 0;
  }

  problems(): string[] {
    const { topic } = this.options;
    if (!this.isAssigned) {
      const why = this.trouble === undefined ? '' : ` (${this.trouble})`;
      return [`no partitions of ${topic} are assigned to this replica yet${why}`];
    }
    const refused = this.resting.names().map((name) => `${name}: the broker refuses it; it is tried again every 30 s`);
    const doubted = this.places.areCertain() ? [] : [`where a partition of ${topic} has to be read is not certain`];
    return [...refused, ...doubted, ...this.partitions.problems()];
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
    await this.placing;
    await this.places.stop();
    await this.partitions.showLag(this.consumer);
    await this.leave();
  }

  private openConsumer(): Consumer {
    const { kafka, groupId, topic } = this.options;
    return openGroupConsumer(kafka, groupId, {
      assigned: (memberId, assignment) => this.place(memberId, assignment),
      rebalancing: () => {
        this.isAssigned = false;
      },
      emptyBatch: (partition, first, last) => this.partitions.passOver(topic, partition, first, last),
      lost: (error) => {
        this.isAssigned = false;
        this.places.forget();
        if (!this.isStopping) this.running = this.reopen(error);
      },
    });
  }

  /** outside -> placing -> reading: looks up where the assigned partitions start. */
  private place(memberId: string, assignment: Assignment): void {
    this.isAssigned = false;
    this.partitions.assignedAnew();
    const find = this.places.assign({ cluster: this.cluster, memberId, assignment });
    this.placing = this.keepTrying(async () => {
      if (!(await find())) return;
      const { topic } = this.options;
      const mine = (assignment[topic] ?? []).map((partition) => ({ topic, partition }));
      this.resting.hold(this.holds, mine);
      this.trouble = undefined;
      this.isAssigned = true;
    });
  }

  /** placing, reading -> outside: opens another client after a pause. */
  private async reopen(error: Error): Promise<void> {
    const { topic, log } = this.options;
    const refused = refusedPartition(error);
    if (refused !== undefined) this.resting.refused(refused);
    const wait = this.restarts.crashed();
    this.trouble = error.message;
    const admitted = this.throttle.admit(`crash ${error.message}`);
    if (admitted !== undefined)
      log.error({ err: error, topic, ...refused, wait, ...admitted }, 'kafka:consumer-crashed');
    await this.leave();
    await this.pause(wait);
    await this.keepTrying(async () => {
      await this.leave();
      this.consumer = this.openConsumer();
      await this.run();
    });
  }

  /** Connects the client and has it join the group. */
  private async run(): Promise<void> {
    const { kafka, topic } = this.options;
    this.cluster = await clusterId(kafka);
    await this.options.prepare();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [topic], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: AT_ONCE,
      eachBatch: async (payload) => {
        await this.placing;
        await this.partitions.eachBatch(payload);
      },
    });
  }

  private async leave(): Promise<void> {
    const { log } = this.options;
    await this.consumer.disconnect().catch((error) => log.debug({ err: error }, 'kafka:not-left'));
  }

  /** Repeats some work until it succeeds or the reader stops. */
  private async keepTrying(work: () => Promise<void>): Promise<void> {
    const { topic, log } = this.options;
    while (!this.isStopping) {
      try {
        return await work();
      } catch (error) {
        this.trouble = (error as Error).message;
        const admitted = this.throttle.admit(`not ready ${this.trouble}`);
        if (admitted !== undefined) log.warn({ err: error, topic, ...admitted }, 'kafka:not-ready');
        await this.pause(RECONNECT_MILLISECONDS);
      }
    }
  }

  /** Waits; ends early if the reader stops. */
  private pause(milliseconds: number): Promise<void> {
    return waitAlive(milliseconds, noHeartbeat, () => this.isStopping);
  }
}

async function noHeartbeat(): Promise<void> {}
