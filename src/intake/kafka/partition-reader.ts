import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ReadRecord, StreamPartition } from '../../cache/commit/stretch.js';
import type { CacheService } from '../../cache/contract.js';
import type { Log } from '../../domain/log.js';
import { unreadableBatch } from '../../kafka/records/fetched-record.js';
import { nameOf } from '../../kafka/topic-partition.js';
import type { AssignedPartitions } from './assigned-partitions.js';
import type { IncomingRecord } from './dead-letter.js';
import { interpret } from './interpret.js';
import type { Interpreted, InterpreterOptions, RemoteEffects } from './interpreted.js';
import { createLagDisplay } from './lag.js';
import { type FailureLimits, PartitionFailures } from './partition-failures.js';
import type { PartitionPlace } from './partition-place.js';
import type { PausedPartitions } from './paused-partitions.js';
import { receiptOf } from './receipt-time.js';
import { readRecord } from './record-digest.js';
import type { PasswordGuard } from './remote-commands.js';
import { toRuns } from './stretches.js';
import { type TakenRuns, type Taking, takeRuns } from './take-records.js';
import { waitAlive } from './while-alive.js';

export interface PartitionReaderOptions {
  readonly cacheService: Pick<CacheService, 'take' | 'probe'>;
  /** Every record of the topic is a fire drill. */
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

/** What the topic reader, which is the member of the group, provides. */
export interface GroupMember {
  cluster(): string;
  consumer(): Consumer;
  isStopping(): boolean;
  readonly places: AssignedPartitions;
  readonly holds: PausedPartitions;
}

/** Records that are interpreted before they are taken. */
const PORTION = 500;
/** Records that are interpreted without giving other work of the process a turn. */
const PER_TURN = 20;

/** How long to wait before a damaged batch is fetched again. */
const DAMAGED_AGAIN_MILLISECONDS = 500;

/**
 * Makes the records of the assigned partitions take effect, each partition from its position on. A partition is in one of
 * these states:
 *
 * - placing: its start is not known yet. Its batches are ignored.
 * - reading: batches are interpreted and taken, and the position moves.
 * - held: it is paused for a while after a failed transaction.
 * - in doubt: its log seems to be another one than before, or does not reach the position (see places.ts). It is paused.
 *
 * The transitions are:
 *
 *     placing  -> reading    its start is known
 *     reading  -> held       a transaction fails
 *     held     -> reading    the pause is over; it is read from its position again
 *     reading  -> in doubt   a batch does not fit what was read before
 *     in doubt -> reading    it is settled where to read on
 *
 * A damaged batch is fetched up to four times before it becomes a dead letter; the partition is reading meanwhile. No
 * partition waits for another one.
 */
export class PartitionReader {
  /** By partition. Kept for as long as the process lives, also while another replica has the partition. */
  private readonly failures = new Map<string, PartitionFailures>();
  private readonly lag: ReturnType<typeof createLagDisplay>;

  constructor(
    private readonly options: PartitionReaderOptions,
    private readonly member: GroupMember,
  ) {
    this.lag = createLagDisplay(options.log);
  }

  /** Takes what the client fetched of a partition. */
  async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { places, isStopping } = this.member;
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
      await this.takeBatch(payload, place);
    } finally {
      place.isBusy = false;
    }
  }

  /**
   * Moves the position over offsets that have no records for readers (markers of transactions, aborted records), so that
   * nothing seems to be pending.
   */
  passOver(topic: string, partition: number, first: bigint, last: bigint): void {
    const place = this.member.places.of(topic, partition);
    if (place === undefined || place.isBusy || this.member.isStopping()) return;
    if (!place.isConfirmed && first > place.position) {
      place.isConfirmed = true;
      place.goOn();
      return;
    }
    if (!place.reaches(last)) return;
    place.isConfirmed = true;
    place.passing = this.moveOver(place, topic, partition, last + 1n);
  }

  /** The group assigns partitions anew: from now on the replica that gets one reports its failures. */
  assignedAnew(): void {
    for (const one of this.failures.values()) one.over();
  }

  /** What fails, as sentences for people. */
  problems(): string[] {
    return [...this.failures].flatMap(([name, { isWaiting, isStopped }]) => {
      if (isStopped) return [`${name}: it has stopped, as several records in a row fail alone`];
      return isWaiting ? [`${name}: its transactions fail and are tried again`] : [];
    });
  }

  showLag(consumer: Consumer): Promise<void> {
    return this.lag.show(consumer);
  }

  private async takeBatch(payload: EachBatchPayload, place: PartitionPlace): Promise<void> {
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
    // The record that was fetched again to verify the log is far before the position: skip what lies between.
    if (next < place.position) return place.goOn();
    // The records before a damaged batch are taken first; then it is fetched again.
    const isDamaged = records.at(-1)?.unreadable?.isDamaged === true;
    if (isDamaged && records.length > 1) records = records.slice(0, -1);
    else if (isDamaged && first !== undefined && (await this.waitForWhole(first, place, payload))) return;
    const end = isDamaged ? undefined : next;
    const outcome = await this.takeRecords(records, end, payload, place);
    if (outcome === 'over') return;
    if (outcome !== 'taken') {
      // The client fetches from the position again, and so gets the failed records once more.
      place.goOn();
      return this.member.holds.holdFor(outcome.againIn, { topic, partition });
    }
    if (records.length === 0 && end !== undefined) await this.moveOver(place, topic, partition, end);
    place.resolve(isDamaged ? place.position - 1n : next - 1n, payload.resolveOffset);
    this.lag.showSoon(this.member.consumer(), { topic, partition }, place.position);
  }

  /** Interprets and takes records in portions. While one portion is taken, the next one is interpreted. */
  private async takeRecords(
    records: readonly IncomingRecord[],
    end: bigint | undefined,
    payload: EachBatchPayload,
    place: PartitionPlace,
  ): Promise<TakenRuns> {
    const { topic, partition } = payload.batch;
    const source = this.sourceOf(topic, partition);
    const taking = this.takingOf(payload, place);
    let takingLast: Promise<TakenRuns> = Promise.resolve('taken');
    for (let i = 0; i < records.length; i += PORTION) {
      const interpreted: Interpreted[] = [];
      for (const record of records.slice(i, i + PORTION)) {
        // The answers of the database to the portion before must not wait for the interpreter.
        if (i + interpreted.length > 0 && interpreted.length % PER_TURN === 0) await nextTurn();
        interpreted.push(interpret(record, source));
      }
      const outcome = await takingLast;
      if (outcome !== 'taken') return outcome;
      takingLast = takeRuns(toRuns(interpreted, i + PORTION >= records.length ? end : undefined), taking);
      // It is awaited above or below; without this a failure before that would count as an unhandled rejection.
      takingLast.catch(() => undefined);
    }
    return await takingLast;
  }

  private sourceOf(topic: string, partition: number): InterpreterOptions {
    const { isFiredrill, guard, remote, allowedBrokers, commandMaxAge, log } = this.options;
    const at = this.streamPartition(topic, partition);
    return { partition: at, isFiredrill, guard, remote, allowedBrokers, commandMaxAge, now: Date.now, log };
  }

  private takingOf(payload: EachBatchPayload, place: PartitionPlace): Taking {
    const { cacheService, log } = this.options;
    const { topic, partition } = payload.batch;
    return {
      cacheService,
      partition: this.streamPartition(topic, partition),
      place,
      failures: this.failuresOf(topic, partition),
      heartbeat: payload.heartbeat,
      isOver: () => this.member.isStopping() || !payload.isRunning() || payload.isStale(),
      readAt: (offset) => readAt(offset, payload),
      log,
    };
  }

  private async moveOver(place: PartitionPlace, topic: string, partition: number, next: bigint): Promise<void> {
    if (next <= place.position) return;
    const { cacheService, log } = this.options;
    const at = this.streamPartition(topic, partition);
    try {
      const stretch = { lane: 'archive', partition: at, expected: place.position, next, items: [] } as const;
      if ((await cacheService.take(stretch)).kind === 'taken') place.position = next;
    } catch (error) {
      // The next records that are taken move the position over these offsets as well.
      log.debug({ err: error, topic, partition }, 'kafka:empty-offsets-not-passed');
    }
  }

  /** Waits before a damaged batch is fetched again. False if it was damaged in every one of several fetches. */
  private async waitForWhole(
    { offset }: IncomingRecord,
    place: PartitionPlace,
    payload: EachBatchPayload,
  ): Promise<boolean> {
    if (place.damage.isBelieved(offset)) return false;
    const { topic, partition } = payload.batch;
    this.options.log.warn({ topic, partition, offset: String(offset) }, 'kafka:batch-damaged');
    const isOver = () => this.member.isStopping() || payload.isStale();
    await waitAlive(DAMAGED_AGAIN_MILLISECONDS, payload.heartbeat, isOver);
    return true;
  }

  private failuresOf(topic: string, partition: number): PartitionFailures {
    const key = nameOf({ topic, partition });
    const known = this.failures.get(key) ?? new PartitionFailures(this.options.failureLimits);
    this.failures.set(key, known);
    return known;
  }

  private streamPartition(topic: string, partition: number): StreamPartition {
    return { cluster: this.member.cluster(), topic, partition };
  }
}

/** What identifies a record of a batch, to verify the log by later; undefined if the record can't be read. */
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
