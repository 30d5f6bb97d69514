import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../../src/cache/commit/stretch.js';
import type { Interpreted } from '../../../../src/intake/kafka/interpreted.js';
import { toRuns, toStretch } from '../../../../src/intake/kafka/stretches.js';

const LANES = ['live', 'test', 'archive', 'retraction', null] as const;

function records(lanes: readonly (Lane | null)[]): Interpreted[] {
  return lanes.map((lane, i) => ({
    offset: BigInt(7 + 2 * i),
    lane,
    item: { letter: () => ({ uuid: '', offset: 0n, receivedMs: 0, headers: [], value: null }), done: true },
  }));
}

describe('runs of a partition', () => {
  it('hold all records in order, each with others of its lane only, a retraction by uuid alone', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LANES), { maxLength: 40 }), (lanes) => {
        const given = records(lanes);
        const runs = toRuns(given);
        expect(runs.flatMap((run) => run.records)).toEqual(given);
        for (const run of runs) {
          for (const { lane } of run.records) expect([run.lane, null]).toContain(lane);
          if (run.lane === 'retraction') expect(run.records).toHaveLength(1);
        }
      }),
    );
  });

  it('are as long as they may be', () => {
    expect(
      toRuns(records(['live', null, 'live', null, 'test', 'test', null])).map(({ records }) => records.length),
    ).toEqual([4, 3]);
    expect(toRuns(records([null, null]))).toMatchObject([{ lane: 'archive' }]);
    expect(
      toRuns(records(Array.from({ length: 1201 }, () => 'live' as const))).map(({ records }) => records.length),
    ).toEqual([500, 500, 201]);
  });

  it('become stretches that end behind their last record, over gaps', () => {
    const [run] = toRuns(records(['live', 'live']));
    const partition = { cluster: 'c', topic: 't', partition: 0 };
    if (run === undefined) throw new Error('no run');
    expect(toStretch(run, partition, 3n)).toMatchObject({ lane: 'live', expected: 3n, next: 10n });
  });
});
