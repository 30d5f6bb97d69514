import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { CacheService } from '../../cache/cache-service.js';
import type { ReadRecord } from '../../cache/stretch.js';
import { clusterId } from '../../kafka/log-bounds.js';
import { refusedPartition } from '../../kafka/read-batches.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';
import { Sparing } from '../../kafka/sparing.js';
import { type Interpreted, interpret, type RemoteEffects } from './interpret.js';
import { createLagDisplay } from './lag.js';
import type { IncomingRecord } from './letter.js';
import { Membership } from './membership.js';
import { type FailureLimits, PartitionFailures } from './partition-failures.js';
import { waitAlive } from './patience.js';
import type { Place } from './place.js';
import { createPlaces } from './places.js';
import type { StreamStarts } from './positions.js';
import { receiptOf } from './receipt.js';
import { readRecord } from './record-digest.js';
import type { PasswordGuard } from './remote-commands.js';
import { Restarts } from './restarts.js';
import { RestingPartitions } from './resting.js';
import { toRuns } from './stretches.js';
import { takeRuns } from './take-records.js';

export interface StreamReaderOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** Whatever comes over the topic of fire drills is one. */
  readonly topics: { readonly observations: string; readonly firedrillObservations?: string };
  /** Done before each first look at the broker. */
  prepare(): Promise<void>;
  readonly starts: StreamStarts;
  readonly cacheService: Pick<CacheService, 'take' | 'probe'>;
  readonly guard: PasswordGuard;
  readonly remote: RemoteEffects;
  readonly allowedBrokers: readonly string[];
  /** Milliseconds. */
  readonly commandMaxAge: number;
  /** By default ten failures over five minutes. */
  readonly failureLimits?: FailureLimits;
  /** How often each partition's log is made sure of, in milliseconds; by default every 10 s. */
  readonly lookAgainEvery?: number;
  readonly log: Log;
}

interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
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
/** Records that are interpreted before they are taken, and without a break. */
const PORTION = 500;
const PER_TURN = 20;

const DAMAGED_AGAIN_MILLISECONDS = 500;

/**
 * Reads the observation topics. Positions live in the database, where each is written in the transaction of what its
 * records cause; what the broker knows of them is for tools that show the lag.
 */
export function startStreamReader(options: StreamReaderOptions): StreamReader {
  const { kafka, topics, starts, cacheService, log } = options;
  const { observations, firedrillObservations } = topics;
  const subscribed = [observations, ...(firedrillObservations === undefined ? [] : [firedrillObservations])];
  const failures = new Map<string, PartitionFailures>();
  const lag = createLagDisplay(log);
  const restarts = new Restarts();
  const resting = new RestingPartitions();
  const sparing = new Sparing();
  let cluster = '';
  let isAssigned = false;
  let isStopping = false;
  /** The starts of the partitions that were assigned last are known. */
  let assigned: Promise<void> = Promise.resolve();

  let consumer = openConsumer();
  const places = createPlaces({
    kafka,
    starts,
    consumer: () => consumer,
    stubbornly,
    isStopping: () => isStopping,
    lookAgainEvery: options.lookAgainEvery,
    log,
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
    opened.on('consumer.group_join', ({ payload }) => {
      if (isGivenUp) return;
      isAssigned = false;
      membership.joined();
      const { memberId, memberAssignment: assignment } = payload;
      const place = places.assign({ cluster, memberId, assignment });
      assigned = stubbornly(async () => {
        if (!(await place())) return;
        const found = Object.entries(assignment).flatMap(([topic, partitions]) =>
          partitions.map((partition) => ({ topic, partition })),
        );
        const current = consumer;
        resting.pauseOn(current, found, () => isAssigned && consumer === current && !isStopping);
        isAssigned = true;
      });
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
    opened.on('consumer.end_batch_process', ({ payload }) => {
      const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
      if (batchSize === 0) passOver(topic, partition, BigInt(firstOffset), BigInt(lastOffset));
    });
    opened.on('consumer.crash', ({ payload }) => giveUp(payload.error));
    return opened;
  }

  /** The client gave up: after a while a new one takes over. */
  async function reopen(error: Error): Promise<void> {
    const refused = refusedPartition(error);
    if (refused !== undefined) resting.refused(refused);
    const wait = restarts.crashed();
    const told = sparing.again(`crash ${error.message}`);
    if (told !== undefined) log.error({ err: error, ...refused, wait, ...told }, 'kafka:consumer-crashed');
    await leave(consumer, log);
    await waitAlive(wait, nothing, () => isStopping);
    await stubbornly(async () => {
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
        const told = sparing.again(`not ready ${(error as Error).message}`);
        if (told !== undefined) log.warn({ err: error, ...told }, 'kafka:not-ready');
        await waitAlive(RECONNECT_MILLISECONDS, nothing, () => isStopping);
      }
    }
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    await assigned;
    const { batch } = payload;
    const { topic, partition } = batch;
    const place = places.of(topic, partition);
    await place?.passing;
    if (place === undefined || payload.isStale() || isStopping) return;
    const isKnown = place.record !== undefined;
    const evidence = place.look(batch);
    if (evidence !== 'fine') return places.doubt(topic, partition, evidence);
    if (!isKnown) places.remember(topic, partition, place);
    place.isBusy = true;
    try {
      await takeBatch(payload, place);
    } finally {
      place.isBusy = false;
    }
  }

  async function takeBatch(payload: EachBatchPayload, place: Place): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    let records = batch.messages.map(toRecord).filter(({ offset }) => offset >= place.position);
    const [first] = records;
    if (first !== undefined && first.offset > place.position && !place.isConfirmed) {
      place.isConfirmed = true;
      return place.goOn();
    }
    place.isConfirmed = true;
    // Nothing comes behind a damaged batch before it is passed over.
    const isDamaged = records.at(-1)?.unreadable?.isDamaged === true;
    if (isDamaged && records.length > 1) records = records.slice(0, -1);
    else if (isDamaged && first !== undefined && (await waitForWhole(first, place, payload))) return;
    const source = {
      partition: { cluster, topic, partition },
      isFiredrill: topic === topics.firedrillObservations,
      guard: options.guard,
      remote: options.remote,
      allowedBrokers: options.allowedBrokers,
      commandMaxAge: options.commandMaxAge,
      now: Date.now,
      log,
    };
    const taking = {
      cacheService,
      partition: source.partition,
      place,
      failures: failuresOf(topic, partition),
      heartbeat: payload.heartbeat,
      isOver: () => isStopping || !payload.isRunning() || payload.isStale(),
      readAt: (offset: bigint) => readAt(offset, payload),
      log,
    };
    let takingLast: Promise<boolean> = Promise.resolve(true);
    for (let i = 0; i < records.length; i += PORTION) {
      const interpreted: Interpreted[] = [];
      for (const record of records.slice(i, i + PORTION)) {
        // While the database works on what came before, in between what it answers: that must not wait.
        if (i + interpreted.length > 0 && interpreted.length % PER_TURN === 0) await nextTurn();
        interpreted.push(interpret(record, source));
      }
      if (!(await takingLast)) return;
      const isLast = i + PORTION >= records.length && !isDamaged;
      takingLast = takeRuns(toRuns(interpreted, isLast ? BigInt(batch.lastOffset()) + 1n : undefined), taking);
      // It is waited for above or below: until then a failure must not count as unheard.
      takingLast.catch(() => undefined);
    }
    if (!(await takingLast)) return;
    place.resolve(isDamaged ? place.position - 1n : BigInt(batch.lastOffset()), payload.resolveOffset);
    lag.showSoon(consumer, source.partition, place.position);
  }

  /** What readers don't get to see, marks of transactions and what was aborted, is behind the position as well: nothing waits. */
  function passOver(topic: string, partition: number, first: bigint, last: bigint): void {
    const place = places.of(topic, partition);
    if (place === undefined || !place.isConfirmed || place.isBusy || first !== place.position || isStopping) return;
    const next = last + 1n;
    const nothing = { lane: 'archive', expected: place.position, next, items: [] } as const;
    place.passing = cacheService.take({ ...nothing, partition: { cluster, topic, partition } }).then(
      ({ kind }) => {
        if (kind === 'taken') place.position = next;
      },
      // Whatever comes next moves the position over it.
      (error) => log.debug({ err: error, topic, partition }, 'kafka:marks-not-passed'),
    );
  }

  async function waitForWhole({ offset }: IncomingRecord, place: Place, payload: EachBatchPayload): Promise<boolean> {
    if (place.damage.isBelieved(offset)) return false;
    const { topic, partition } = payload.batch;
    log.warn({ topic, partition, offset: String(offset) }, 'kafka:batch-damaged');
    await waitAlive(DAMAGED_AGAIN_MILLISECONDS, payload.heartbeat, () => isStopping || payload.isStale());
    return true;
  }

  /** Whatever fails of a partition is known for as long as the reader lives, also if it is read by another one meanwhile. */
  function failuresOf(topic: string, partition: number): PartitionFailures {
    const key = `${topic}/${partition}`;
    const known = failures.get(key) ?? new PartitionFailures(options.failureLimits);
    failures.set(key, known);
    return known;
  }

  async function run(): Promise<void> {
    cluster = await clusterId(kafka);
    await options.prepare();
    await consumer.connect();
    await consumer.subscribe({ topics: subscribed, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: AT_ONCE,
      eachBatch,
    });
  }

  let running = stubbornly(run);

  function problems(): string[] {
    if (!isAssigned) return ['no partitions are assigned to this replica yet'];
    const refused = resting.any ? ['the broker refuses a partition, which is tried again every 30 s'] : [];
    const failing = [...failures].flatMap(([name, { isWaiting, isStopped }]) => {
      if (isStopped) return [`${name}: it has stopped, as several records in a row fail alone`];
      return isWaiting ? [`${name}: its transactions fail and are tried again`] : [];
    });
    const doubted = places.areCertain() ? [] : ['where a partition has to be read is not certain'];
    return [...refused, ...doubted, ...failing];
  }

  return {
    isReading: () => problems().length === 0,
    problems,
    async stop() {
      isStopping = true;
      await running;
      await assigned;
      await places.stop();
      await lag.show(consumer);
      await leave(consumer, log);
    },
  };
}

async function nothing(): Promise<void> {}

async function leave(consumer: Consumer, log: Log): Promise<void> {
  await consumer.disconnect().catch((error) => log.debug({ err: error }, 'kafka:not-left'));
}

/** A record of a batch, by which the log is known again; undefined: nobody can read it, now. */
function readAt(offset: bigint, { batch }: EachBatchPayload): ReadRecord | undefined {
  const text = String(offset);
  const message = batch.messages.findLast((one) => one.offset === text);
  return message === undefined || unreadableBatch(message) !== undefined ? undefined : readRecord(message);
}

function toRecord(message: EachBatchPayload['batch']['messages'][number]): IncomingRecord {
  const unreadable = unreadableBatch(message);
  return {
    offset: BigInt(message.offset),
    timestamp: message.timestamp,
    receivedMs: receiptOf(message.timestamp),
    headers: message.headers,
    value: unreadable?.bytes ?? message.value,
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}
