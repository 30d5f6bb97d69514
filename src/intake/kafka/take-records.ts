import type { ReadRecord, StreamPartition, StretchOutcome } from '../../cache/commit/stretch.js';
import { type CacheService, ShuttingDown } from '../../cache/contract.js';
import type { Log } from '../../domain/log.js';
import { type Interpreted, rejected } from './interpreted.js';
import type { PartitionFailures } from './partition-failures.js';
import { behind, type Run, toStretch } from './stretches.js';
import { whileAlive } from './while-alive.js';

/** How far the records of a partition have taken effect. */
export interface PartitionProgress {
  /** As stored, as far as this reader knows. */
  position: bigint;
  /** The last record before the position; undefined: none is known. */
  record: ReadRecord | undefined;
  /**
   * Positions of transactions that failed. If one of them turns out to be stored, its transaction was committed, and only
   * the answer was lost.
   */
  readonly unanswered: Set<bigint>;
  /** Reads on from a position to which another reader has moved the partition. */
  moveTo(position: bigint): void;
}

export interface Taking {
  readonly cacheService: Pick<CacheService, 'take' | 'probe'>;
  readonly partition: StreamPartition;
  readonly place: PartitionProgress;
  readonly failures: PartitionFailures;
  /** Sends a heartbeat to the group. @throws Error if the group rebalances */
  heartbeat(): Promise<void>;
  /** True if the partition was assigned to another member, or the reader stops. */
  isOver(): boolean;
  /** What identifies the record at an offset, to verify the log by later; undefined if the record can't be read. */
  readAt(offset: bigint): ReadRecord | undefined;
  readonly log: Log;
}

/** The outcome of taking some runs. */
export type TakenRuns =
  /** All have taken effect. */
  | 'taken'
  /** The partition was assigned to another member, or another reader has moved its position. */
  | 'over'
  /** A transaction failed: the records from the position on have to be retried after this many milliseconds. */
  | { readonly againIn: number };

/**
 * Takes runs of records, one after the other, up to the first one whose transaction fails.
 * @throws Error if the group rebalances
 */
export async function takeRuns(runs: readonly Run[], taking: Taking): Promise<TakenRuns> {
  for (const { lane, records, next } of runs) {
    let rest = records;
    while (rest.length > 0) {
      if (taking.isOver()) return 'over';
      const taken = await takeFirst({ lane, records: rest, next }, taking);
      if (typeof taken !== 'number') return taken;
      rest = rest.slice(taken);
      // Only now, as it throws if the group rebalances: the records that were taken are accounted for already.
      await taking.heartbeat();
    }
  }
  return 'taken';
}

/** How many records have taken effect, or why none have. */
type Taken = number | Exclude<TakenRuns, 'taken'>;

/** The service shuts down and takes nothing more. */
const STOPPING = { againIn: 1_000 };

/** Takes the first of some records in one transaction: all of them, or fewer after failures. */
async function takeFirst({ lane, records, next }: Run, taking: Taking): Promise<Taken> {
  const { failures } = taking;
  const first = failures.first(records);
  const run: Run = { lane, records: first, next: first.length === records.length ? next : undefined };
  const [alone] = run.records.length === 1 ? run.records : [];
  const isLast = alone !== undefined && failures.isLast(alone.offset);
  const couldBefore = isLast && (await canBeTaken(run, taking));
  try {
    const outcome = await take(run, taking);
    if (outcome.kind === 'moved') return movedTo(outcome.position, { records, next }, taking);
    failures.succeeded(run.records.length);
    return settle(run, outcome, taking);
  } catch (error) {
    if (error instanceof ShuttingDown) return STOPPING;
    if (alone !== undefined && couldBefore && (await canBeTaken(run, taking)))
      return await deadLetter(alone, run.next, taking, error);
    return wait(run.records, taking, error);
  }
}

async function take(run: Run, { cacheService, partition, place, heartbeat, readAt }: Taking): Promise<StretchOutcome> {
  const bare = toStretch(run, partition, place.position);
  // The last record, not what is right before the position: that may be a marker of a transaction, which readers don't get.
  const last = run.records.at(-1);
  const record = last === undefined ? undefined : readAt(last.offset);
  const stretch = record === undefined ? bare : { ...bare, record };
  try {
    const outcome = await whileAlive(cacheService.take(stretch), heartbeat);
    if (outcome.kind === 'taken') place.unanswered.clear();
    return outcome;
  } catch (error) {
    place.unanswered.add(stretch.next);
    throw error;
  }
}

/** True if a transaction succeeds that does the same as the record's, except for writing the record. */
function canBeTaken(run: Run, { cacheService, partition, place, heartbeat }: Taking): Promise<boolean> {
  const probing = cacheService.probe(toStretch(run, partition, place.position));
  return whileAlive(probing, heartbeat).then(
    ({ kind }) => kind === 'taken',
    () => false,
  );
}

/** Makes a dead letter of a record that fails while all else succeeds, so that it doesn't stop those behind it. */
async function deadLetter(
  { offset, item }: Interpreted,
  next: bigint | undefined,
  taking: Taking,
  error: unknown,
): Promise<Taken> {
  const { failures, log, partition } = taking;
  const detail = `The server failed on it again and again, and on nothing else: ${messageOf(error)}`;
  const run: Run = { lane: 'archive', records: [rejected(offset, item.letter, { reason: 'error', detail })], next };
  try {
    const outcome = await take(run, taking);
    if (outcome.kind === 'moved') return movedTo(outcome.position, run, taking);
    failures.deadLettered();
    log.error({ err: error, ...partition, offset: String(offset) }, 'kafka:record-dead-lettered');
    return settle(run, { errors: [] }, taking);
  } catch (failed) {
    if (failed instanceof ShuttingDown) return STOPPING;
    return wait(run.records, taking, failed);
  }
}

function wait(
  records: readonly Interpreted[],
  { failures, log, partition, place }: Taking,
  error: unknown,
): { readonly againIn: number } {
  const againIn = failures.failed(records);
  const report = failures.report();
  if (report !== undefined) {
    const said = { err: error, ...partition, position: String(place.position), records: records.length, ...report };
    if (failures.isStopped) log.error(said, 'kafka:partition-stopped');
    else log.warn(said, 'kafka:transaction-failed');
  }
  return { againIn };
}

/** Goes on after the position was moved: by a commit of this reader whose answer was lost, or by another reader. */
function movedTo(position: bigint, { records, next }: Pick<Run, 'records' | 'next'>, taking: Taking): Taken {
  const { failures, log, partition, place } = taking;
  const isOwn = place.unanswered.has(position) && position > place.position;
  const report = failures.report();
  if (report !== undefined) log.warn({ ...partition, position: String(position), isOwn }, 'kafka:position-moved');
  if (isOwn) {
    const taken = records.filter(({ offset }) => offset < position);
    failures.succeeded(taken.length);
    // The lost transaction may have had other records than these: settle only those that both have.
    const reached = behind({ records: taken, next: taken.length === records.length ? next : undefined }, position);
    return settle({ records: taken, next: reached < position ? reached : position }, { errors: [] }, taking);
  }
  failures.over();
  place.unanswered.clear();
  place.moveTo(position);
  return 'over';
}

type Settled = Pick<Extract<StretchOutcome, { kind: 'taken' }>, 'errors' | 'ineffective'>;

/** Moves the position over records that have taken effect, and does what follows from them. */
function settle(run: Pick<Run, 'records' | 'next'>, { errors, ineffective }: Settled, taking: Taking): number {
  const { log, partition, place, readAt } = taking;
  const { records } = run;
  // Without records too: those of a lost transaction may have been removed from the log before they were read again.
  place.position = behind(run, place.position);
  const last = records.at(-1);
  if (last !== undefined) place.record = readAt(last.offset) ?? place.record;
  for (const error of errors) log.warn({ ...partition, ...error }, 'kafka:dead-letter');
  for (const { after, item } of records) if (ineffective?.has(item) !== true) after?.();
  return records.length;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
