import type { Lane, StreamPartition, Stretch } from '../../cache/commit/stretch.js';
import type { Interpreted } from './interpret.js';

/** More records than this in one transaction gain nothing. */
const LONGEST = 500;

/** Neighbours that need the same lock, as they take effect together. */
export interface Run {
  readonly lane: Lane;
  readonly records: readonly Interpreted[];
  /** The position behind them; undefined: right behind the last. */
  readonly next?: bigint | undefined;
}

/**
 * Cuts a partition's records, in their order, into runs of one lane.
 * @param next the position behind all of them, if more than these goes with them
 */
export function toRuns(records: readonly Interpreted[], next?: bigint): Run[] {
  const runs: { lane: Lane | null; records: Interpreted[] }[] = [];
  for (const record of records) {
    const run = runs.at(-1);
    if (run === undefined || run.records.length === LONGEST || !goesWith(run.lane, record.lane)) {
      runs.push({ lane: record.lane, records: [record] });
      continue;
    }
    run.lane ??= record.lane;
    run.records.push(record);
  }
  // What changes nothing but the position needs no cache's lock.
  return runs.map(({ lane, records }, i) => {
    const run = { lane: lane ?? 'archive', records };
    return i === runs.length - 1 && next !== undefined ? { ...run, next } : run;
  });
}

/** A retraction by uuid stands alone: where it acts is looked up when all before it is committed. */
function goesWith(lane: Lane | null, next: Lane | null): boolean {
  if (lane === 'withdrawal' || next === 'withdrawal') return false;
  return lane === null || next === null || lane === next;
}

/** The position behind a run. */
export function behind({ records, next }: Pick<Run, 'records' | 'next'>): bigint | undefined {
  const last = records.at(-1)?.offset;
  return next ?? (last === undefined ? undefined : last + 1n);
}

/** @param expected the position that is stored, as far as the reader knows */
export function toStretch(run: Run, partition: StreamPartition, expected: bigint): Stretch {
  const { lane, records } = run;
  return { lane, partition, expected, next: behind(run) ?? expected, items: records.map(({ item }) => item) };
}
