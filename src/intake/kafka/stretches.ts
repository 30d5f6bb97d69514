import type { Lane, StreamPartition, Stretch } from '../../cache/commit/stretch.js';
import type { Interpreted } from './interpreted.js';

/** A transaction of more records is not faster per record. */
const LONGEST = 500;

/** Consecutive records that need the same lock and take effect in one transaction. */
export interface Run {
  readonly lane: Lane;
  readonly records: readonly Interpreted[];
  /** The position after them; undefined: directly after the last one. */
  readonly next?: bigint | undefined;
}

/**
 * Divides a partition's records, in their order, into runs of one lane.
 * @param next the position after all of them, if it is not directly after the last one
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
  // Records that change nothing but the position need no lock of a cache.
  return runs.map(({ lane, records }, i) => {
    const run = { lane: lane ?? 'archive', records };
    return i === runs.length - 1 && next !== undefined ? { ...run, next } : run;
  });
}

/** A retraction by uuid is a run of its own: its cache is looked up after all records before it are committed. */
function goesWith(lane: Lane | null, next: Lane | null): boolean {
  if (lane === 'retraction' || next === 'retraction') return false;
  return lane === null || next === null || lane === next;
}

/** The position after a run. @param before the position before it, where a run without records stays */
export function behind({ records, next }: Pick<Run, 'records' | 'next'>, before: bigint): bigint {
  const last = records.at(-1)?.offset;
  return next ?? (last === undefined ? before : last + 1n);
}

/** @param expected the position that is stored, as far as the reader knows */
export function toStretch(run: Run, partition: StreamPartition, expected: bigint): Stretch {
  const { lane, records } = run;
  return { lane, partition, expected, next: behind(run, expected), items: records.map(({ item }) => item) };
}
