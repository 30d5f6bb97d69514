import type { ReadRecord, StreamPartition, StretchOutcome } from '../../cache/commit/stretch.js';
import { type CacheService, ShuttingDown } from '../../cache/contract.js';
import { faulty, type Interpreted } from './interpret.js';
import type { PartitionFailures } from './partition-failures.js';
import { whileAlive } from './patience.js';
import { behind, type Run, toStretch } from './stretches.js';

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** How far a partition has taken effect. */
export interface PartitionProgress {
  /** As stored, as far as this reader knows. */
  position: bigint;
  /** The last record before the position; undefined: none is known. */
  record: ReadRecord | undefined;
  /** Positions of transactions that failed: one that is found stored was written all the same, and its answer lost. */
  readonly unanswered: Set<bigint>;
  /** Another reader has moved the position: reads on from there. */
  moveTo(position: bigint): void;
}

export interface Taking {
  readonly cacheService: Pick<CacheService, 'take' | 'probe'>;
  readonly partition: StreamPartition;
  readonly place: PartitionProgress;
  readonly failures: PartitionFailures;
  /** Tells the group that the reader is alive. @throws Error of a rebalance */
  heartbeat(): Promise<void>;
  /** True if the partition is somebody else's by now, or the reader stops. */
  isOver(): boolean;
  /** By which the log is known again, of a record that is taken; undefined: it can't be. */
  readAt(offset: bigint): ReadRecord | undefined;
  readonly log: Log;
}

/** What became of some runs. */
export type TakenRuns =
  /** All have taken effect. */
  | 'taken'
  /** The partition is somebody else's, or somebody else has moved its position. */
  | 'over'
  /** A transaction failed: from the position on, the same is to be tried again. */
  | { readonly againIn: number };

/**
 * Takes runs of records, one after the other, up to the first whose transaction fails.
 * @throws Error of a rebalance
 */
export async function takeRuns(runs: readonly Run[], taking: Taking): Promise<TakenRuns> {
  for (const { lane, records, next } of runs) {
    let rest = records;
    while (rest.length > 0) {
      if (taking.isOver()) return 'over';
      const taken = await takeFirst({ lane, records: rest, next }, taking);
      if (typeof taken !== 'number') return taken;
      rest = rest.slice(taken);
      // After it is noted what was taken: a rebalance that it tells of takes nothing of that back.
      await taking.heartbeat();
    }
  }
  return 'taken';
}

/** How many records have taken effect, or why none has. */
type Taken = number | Exclude<TakenRuns, 'taken'>;

/** The service takes nothing more. */
const STOPPING = { againIn: 1_000 };

/** Tries the first of some records: as many as may be tried at once. */
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
      return await putAside(alone, run.next, taking, error);
    return wait(run.records, taking, error);
  }
}

async function take(run: Run, { cacheService, partition, place, heartbeat, readAt }: Taking): Promise<StretchOutcome> {
  const bare = toStretch(run, partition, place.position);
  // Not what stands right before the position: that may be the mark of a transaction, which nobody gets to see.
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

/** True if a transaction succeeds that needs what the record's needs, and writes nothing of it. */
function canBeTaken(run: Run, { cacheService, partition, place, heartbeat }: Taking): Promise<boolean> {
  const probing = cacheService.probe(toStretch(run, partition, place.position));
  return whileAlive(probing, heartbeat).then(
    ({ kind }) => kind === 'taken',
    () => false,
  );
}

/** The record fails where all else succeeds: it is kept as a dead letter, so that it doesn't stop those behind it. */
async function putAside(
  { offset, item }: Interpreted,
  next: bigint | undefined,
  taking: Taking,
  error: unknown,
): Promise<Taken> {
  const { failures, log, partition } = taking;
  const detail = `The server failed on it again and again, and on nothing else: ${messageOf(error)}`;
  const run: Run = { lane: 'archive', records: [faulty(offset, item.letter, { reason: 'error', detail })], next };
  try {
    const outcome = await take(run, taking);
    if (outcome.kind === 'moved') return movedTo(outcome.position, run, taking);
    failures.putAside();
    log.error({ err: error, ...partition, offset: String(offset) }, 'kafka:record-put-aside');
    return settle(run, { faults: [] }, taking);
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

/** By a commit of this reader whose answer was lost, or by another reader. */
function movedTo(position: bigint, { records, next }: Pick<Run, 'records' | 'next'>, taking: Taking): Taken {
  const { failures, log, partition, place } = taking;
  const isOwn = place.unanswered.has(position) && position > place.position;
  const report = failures.report();
  if (report !== undefined) log.warn({ ...partition, position: String(position), isOwn }, 'kafka:position-moved');
  if (isOwn) {
    const taken = records.filter(({ offset }) => offset < position);
    failures.succeeded(taken.length);
    // It may have had more records than there are now: what follows the others is done when they come again.
    const reached = behind({ records: taken, next: taken.length === records.length ? next : undefined }) ?? position;
    return settle({ records: taken, next: reached < position ? reached : position }, { faults: [] }, taking);
  }
  failures.over();
  place.unanswered.clear();
  place.moveTo(position);
  return 'over';
}

type Settled = Pick<Extract<StretchOutcome, { kind: 'taken' }>, 'faults' | 'ineffective'>;

/** Does what follows when records have taken effect. */
function settle(run: Pick<Run, 'records' | 'next'>, { faults, ineffective }: Settled, taking: Taking): number {
  const { log, partition, place, readAt } = taking;
  const { records } = run;
  const last = records.at(-1);
  if (last !== undefined) {
    place.position = behind(run) ?? place.position;
    place.record = readAt(last.offset) ?? place.record;
  }
  for (const fault of faults) log.warn({ ...partition, ...fault }, 'kafka:dead-letter');
  for (const { after, item } of records) if (ineffective?.has(item) !== true) after?.();
  return records.length;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
