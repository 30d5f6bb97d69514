import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ReadRecord } from '../../cache/commit/stretch.js';
import type { CacheService } from '../../cache/contract.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';
import { nameOf } from '../../kafka/topic-partition.js';
import type { Holds } from './holds.js';
import { type Interpreted, interpret, type RemoteEffects } from './interpret.js';
import { createLagDisplay } from './lag.js';
import type { IncomingRecord } from './letter.js';
import { type FailureLimits, PartitionFailures } from './partition-failures.js';
import { waitAlive } from './patience.js';
import type { PartitionPlace } from './place.js';
import type { Places } from './places.js';
import { receiptOf } from './receipt.js';
import { readRecord } from './record-digest.js';
import type { PasswordGuard } from './remote-commands.js';
import { toRuns } from './stretches.js';
import { takeRuns } from './take-records.js';

export interface PartitionReaderOptions {
  readonly cacheService: Pick<CacheService, 'take' | 'probe'>;
  /** Whatever comes over the topic is a fire drill. */
  readonly isFiredrill: boolean;
  readonly guard: PasswordGuard;
  readonly remote: RemoteEffects;
  readonly allowedBrokers: readonly string[];
  /** Milliseconds. */
  readonly commandMaxAge: number;
  /** By default ten failures over five minutes. */
  readonly failureLimits?: FailureLimits;
  readonly log: Log;
}

/** What the member of the group has at hand. */
export interface Membered {
  cluster(): string;
  consumer(): Consumer;
  isStopping(): boolean;
  readonly places: Places;
  readonly holds: Holds;
}

interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Records that are interpreted before they are taken, and without a break. */
const PORTION = 500;
const PER_TURN = 20;

const DAMAGED_AGAIN_MILLISECONDS = 500;

/**
 * Makes what partitions hold take effect, each from its position on. A partition is
 *
 *     not placed ── its position is known ──> read
 *     read ── a transaction fails ──> held for a while ──> read from its position again
 *     read ── its log seems to be another one, or not to reach the position ──> in doubt (see places.ts) ──> read
 *     read ── a batch is damaged ──> fetched again, up to four times ──> read
 *
 * and whatever one of them waits for, the others are read.
 */
export function createPartitionReader(options: PartitionReaderOptions, member: Membered) {
  const { cacheService, log } = options;
  const { places, holds, isStopping } = member;
  const failures = new Map<string, PartitionFailures>();
  const lag = createLagDisplay(log);

  const streamPartition = (topic: string, partition: number) => ({ cluster: member.cluster(), topic, partition });

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const place = places.of(topic, partition);
    await place?.passing;
    if (place === undefined || payload.isStale() || isStopping()) return;
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

  async function takeBatch(payload: EachBatchPayload, place: PartitionPlace): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const next = BigInt(batch.lastOffset()) + 1n;
    let records = batch.messages.map(toRecord).filter(({ offset }) => offset >= place.position);
    const [first] = records;
    if (first !== undefined && first.offset > place.position && !place.isConfirmed) {
      place.isConfirmed = true;
      return place.goOn();
    }
    place.isConfirmed = true;
    // What was looked at again ends far before the position: nothing in between has to be fetched.
    if (next < place.position) return place.goOn();
    // Nothing comes behind a damaged batch before it is passed over.
    const isDamaged = records.at(-1)?.unreadable?.isDamaged === true;
    if (isDamaged && records.length > 1) records = records.slice(0, -1);
    else if (isDamaged && first !== undefined && (await waitForWhole(first, place, payload))) return;
    const end = isDamaged ? undefined : next;
    const outcome = await takeRecords(records, end, payload, place);
    if (outcome === 'over') return;
    if (outcome !== 'taken') {
      // From the position on: what has failed comes again with it.
      place.goOn();
      return holds.holdFor(outcome.againIn, { topic, partition });
    }
    if (records.length === 0 && end !== undefined) await moveOver(place, topic, partition, end);
    place.resolve(isDamaged ? place.position - 1n : next - 1n, payload.resolveOffset);
    lag.showSoon(member.consumer(), { topic, partition }, place.position);
  }

  /** Interprets and takes them in portions: while one is taken, the next is interpreted. */
  async function takeRecords(
    records: readonly IncomingRecord[],
    end: bigint | undefined,
    payload: EachBatchPayload,
    place: PartitionPlace,
  ) {
    const { topic, partition } = payload.batch;
    const { isFiredrill, guard, remote, allowedBrokers, commandMaxAge } = options;
    const at = streamPartition(topic, partition);
    const source = { partition: at, isFiredrill, guard, remote, allowedBrokers, commandMaxAge, now: Date.now, log };
    const taking = {
      cacheService,
      partition: at,
      place,
      failures: failuresOf(topic, partition),
      heartbeat: payload.heartbeat,
      isOver: () => isStopping() || !payload.isRunning() || payload.isStale(),
      readAt: (offset: bigint) => readAt(offset, payload),
      log,
    };
    let takingLast: ReturnType<typeof takeRuns> = Promise.resolve('taken');
    for (let i = 0; i < records.length; i += PORTION) {
      const interpreted: Interpreted[] = [];
      for (const record of records.slice(i, i + PORTION)) {
        // While the database works on what came before, in between what it answers: that must not wait.
        if (i + interpreted.length > 0 && interpreted.length % PER_TURN === 0) await nextTurn();
        interpreted.push(interpret(record, source));
      }
      const outcome = await takingLast;
      if (outcome !== 'taken') return outcome;
      takingLast = takeRuns(toRuns(interpreted, i + PORTION >= records.length ? end : undefined), taking);
      // It is waited for above or below: until then a failure must not count as unheard.
      takingLast.catch(() => undefined);
    }
    return await takingLast;
  }

  /** What readers don't get to see, marks of transactions and what was called off, is behind the position as well: nothing waits. */
  function passOver(topic: string, partition: number, first: bigint, last: bigint): void {
    const place = places.of(topic, partition);
    if (place === undefined || place.isBusy || isStopping()) return;
    if (!place.isConfirmed && first > place.position) {
      place.isConfirmed = true;
      place.goOn();
      return;
    }
    if (!place.reaches(last)) return;
    place.isConfirmed = true;
    place.passing = moveOver(place, topic, partition, last + 1n);
  }

  async function moveOver(place: PartitionPlace, topic: string, partition: number, next: bigint): Promise<void> {
    if (next <= place.position) return;
    const at = streamPartition(topic, partition);
    try {
      const stretch = { lane: 'archive', partition: at, expected: place.position, next, items: [] } as const;
      if ((await cacheService.take(stretch)).kind === 'taken') place.position = next;
    } catch (error) {
      // Whatever comes next moves the position over it.
      log.debug({ err: error, topic, partition }, 'kafka:marks-not-passed');
    }
  }

  async function waitForWhole(
    { offset }: IncomingRecord,
    place: PartitionPlace,
    payload: EachBatchPayload,
  ): Promise<boolean> {
    if (place.damage.isBelieved(offset)) return false;
    const { topic, partition } = payload.batch;
    log.warn({ topic, partition, offset: String(offset) }, 'kafka:batch-damaged');
    await waitAlive(DAMAGED_AGAIN_MILLISECONDS, payload.heartbeat, () => isStopping() || payload.isStale());
    return true;
  }

  /** Whatever fails of a partition is known for as long as the reader lives, also if it is read by another one meanwhile. */
  function failuresOf(topic: string, partition: number): PartitionFailures {
    const key = nameOf({ topic, partition });
    const known = failures.get(key) ?? new PartitionFailures(options.failureLimits);
    failures.set(key, known);
    return known;
  }

  return {
    eachBatch,
    passOver,
    /** The partitions are assigned anew: whoever has one tells how it fares. */
    assignedAnew(): void {
      for (const one of failures.values()) one.over();
    },
    /** What fails, in words. */
    problems(): string[] {
      return [...failures].flatMap(([name, { isWaiting, isStopped }]) => {
        if (isStopped) return [`${name}: it has stopped, as several records in a row fail alone`];
        return isWaiting ? [`${name}: its transactions fail and are tried again`] : [];
      });
    },
    showLag: lag.show,
  };
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
