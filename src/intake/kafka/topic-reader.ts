import type { Consumer, Kafka } from 'kafkajs';
import { clusterId } from '../../kafka/log-bounds.js';
import { refusedPartition } from '../../kafka/read-batches.js';
import { Sparing } from '../../kafka/sparing.js';
import { Holds } from './holds.js';
import { Membership } from './membership.js';
import { createPartitionReader, type PartitionReaderOptions } from './partition-reader.js';
import { waitAlive } from './patience.js';
import { type Assignment, createPlaces } from './places.js';
import type { StreamStarts } from './positions.js';
import { Restarts } from './restarts.js';
import { RestingPartitions } from './resting.js';

export interface TopicReaderOptions extends PartitionReaderOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topic: string;
  /** Done before each first look at the broker. */
  prepare(): Promise<void>;
  readonly starts: StreamStarts;
  /** How often each partition's log is made sure of, in milliseconds; by default every 10 s. */
  readonly lookAgainEvery?: number;
}

export interface StreamReader {
  /** Partitions are assigned, their starts are stored, and no transaction has failed since the last that succeeded. */
  isReading(): boolean;
  /** Why it isn't reading, in words. */
  problems(): string[];
  /** Finishes what is under way and leaves the group. */
  stop(): Promise<void>;
}

/** Partitions whose records are taken at the same time; those of one cache share its transactions. */
const AT_ONCE = 8;
const RECONNECT_MILLISECONDS = 1_000;

/** Partitions that were added to a topic are noticed within this time. */
const NEW_PARTITIONS_MILLISECONDS = 10_000;

/** Fetched at once, so that a stream seldom waits for the next. */
const MOST_BYTES_PER_PARTITION = 4 * 1024 * 1024;

/**
 * Reads one topic, as a member of a consumer group. It is
 *
 *     outside ── the topic is there, and the group takes it in ──> placing ── the starts are stored ──> reading
 *     placing, reading ── the group is in a rebalance ──> placing
 *     placing, reading ── the client crashes, or is no member any more ──> outside, with another client after a while
 *
 * Positions live in the database, where each is written in the transaction of what its records cause; what the broker
 * knows of them is for tools that show the lag.
 */
export function startTopicReader(options: TopicReaderOptions): StreamReader {
  const { kafka, topic, starts, log } = options;
  const restarts = new Restarts();
  const resting = new RestingPartitions();
  const sparing = new Sparing();
  let cluster = '';
  let isAssigned = false;
  let isStopping = false;
  /** Why it is outside; undefined: it is not known, or nothing is wrong. */
  let trouble: string | undefined;
  /** The starts of the partitions that were assigned last are known. */
  let assigned: Promise<void> = Promise.resolve();

  let consumer = openConsumer();
  const holds = new Holds(() => consumer, log);
  const places = createPlaces({
    kafka,
    starts,
    consumer: () => consumer,
    holds,
    stubbornly,
    isStopping: () => isStopping,
    lookAgainEvery: options.lookAgainEvery,
    log,
  });
  const partitions = createPartitionReader(options, {
    cluster: () => cluster,
    consumer: () => consumer,
    isStopping: () => isStopping,
    places,
    holds,
  });

  function openConsumer(): Consumer {
    const opened = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: 6_000,
      heartbeatInterval: 1_000,
      rebalanceTimeout: 15_000,
      maxWaitTimeInMs: 500,
      maxBytesPerPartition: MOST_BYTES_PER_PARTITION,
      // It would be back within milliseconds, and crash again.
      retry: { restartOnFailure: async () => false },
      metadataMaxAge: NEW_PARTITIONS_MILLISECONDS,
    });
    const membership = new Membership();
    let isGivenUp = false;
    /** Another one takes over. */
    const giveUp = (error: Error) => {
      if (isGivenUp) return;
      isGivenUp = true;
      isAssigned = false;
      places.forget();
      if (!isStopping) running = reopen(error);
    };
    opened.on('consumer.group_join', ({ payload: { memberId, memberAssignment } }) => {
      if (isGivenUp) return;
      membership.joined();
      place(memberId, memberAssignment);
    });
    opened.on('consumer.rebalancing', () => {
      membership.joining();
      if (!isGivenUp) isAssigned = false;
    });
    opened.on('consumer.heartbeat', () => membership.answered());
    opened.on('consumer.fetch_start', () => {
      const problem = membership.problem();
      if (problem !== undefined) giveUp(new Error(problem));
    });
    opened.on('consumer.end_batch_process', ({ payload: { partition, batchSize, firstOffset, lastOffset } }) => {
      // There is no first one where the log has nothing from there on any more.
      const first = firstOffset as string | null;
      if (batchSize > 0 || first === null || isGivenUp) return;
      partitions.passOver(topic, partition, BigInt(first), BigInt(lastOffset));
    });
    opened.on('consumer.crash', ({ payload }) => giveUp(payload.error));
    return opened;
  }

  function place(memberId: string, assignment: Assignment): void {
    isAssigned = false;
    partitions.assignedAnew();
    const find = places.assign({ cluster, memberId, assignment });
    assigned = stubbornly(async () => {
      if (!(await find())) return;
      const mine = (assignment[topic] ?? []).map((partition) => ({ topic, partition }));
      resting.hold(holds, mine);
      trouble = undefined;
      isAssigned = true;
    });
  }

  /** The client gave up: after a while a new one takes over. */
  async function reopen(error: Error): Promise<void> {
    const refused = refusedPartition(error);
    if (refused !== undefined) resting.refused(refused);
    const wait = restarts.crashed();
    trouble = error.message;
    const told = sparing.again(`crash ${error.message}`);
    if (told !== undefined) log.error({ err: error, topic, ...refused, wait, ...told }, 'kafka:consumer-crashed');
    await leave();
    await waitAlive(wait, nothing, () => isStopping);
    await stubbornly(async () => {
      await leave();
      consumer = openConsumer();
      await run();
    });
  }

  /** Tries again until it is done, or the reader stops. */
  async function stubbornly(work: () => Promise<void>): Promise<void> {
    while (!isStopping) {
      try {
        return await work();
      } catch (error) {
        trouble = (error as Error).message;
        const told = sparing.again(`not ready ${trouble}`);
        if (told !== undefined) log.warn({ err: error, topic, ...told }, 'kafka:not-ready');
        await waitAlive(RECONNECT_MILLISECONDS, nothing, () => isStopping);
      }
    }
  }

  async function run(): Promise<void> {
    cluster = await clusterId(kafka);
    await options.prepare();
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: AT_ONCE,
      eachBatch: async (payload) => {
        await assigned;
        await partitions.eachBatch(payload);
      },
    });
  }

  async function leave(): Promise<void> {
    await consumer.disconnect().catch((error) => log.debug({ err: error }, 'kafka:not-left'));
  }

  let running = stubbornly(run);

  function problems(): string[] {
    if (!isAssigned) {
      const why = trouble === undefined ? '' : ` (${trouble})`;
      return [`no partitions of ${topic} are assigned to this replica yet${why}`];
    }
    const refused = resting.names().map((name) => `${name}: the broker refuses it; it is tried again every 30 s`);
    const doubted = places.areCertain() ? [] : [`where a partition of ${topic} has to be read is not certain`];
    return [...refused, ...doubted, ...partitions.problems()];
  }

  return {
    isReading: () => problems().length === 0,
    problems,
    async stop() {
      isStopping = true;
      await running;
      await assigned;
      await places.stop();
      await partitions.showLag(consumer);
      await leave();
    },
  };
}

async function nothing(): Promise<void> {}
