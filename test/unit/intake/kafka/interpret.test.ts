import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Lane } from '../../../../src/cache/commit/stretch.js';
import { Backoff } from '../../../../src/intake/kafka/backoff.js';
import { identityOf } from '../../../../src/intake/kafka/identity.js';
import type { Interpreted } from '../../../../src/intake/kafka/interpret.js';
import { letterOf, recordOf } from '../../../../src/intake/kafka/letter.js';
import { FAILURE_LIMITS, PartitionFailures } from '../../../../src/intake/kafka/partition-failures.js';
import { receiptOf } from '../../../../src/intake/kafka/receipt.js';
import { createPasswordGuard } from '../../../../src/intake/kafka/remote-commands.js';
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

const PARTITION = { cluster: 'c', topic: 't', partition: 0 };
const PLACE = { offset: 3n, timestamp: '5', receivedMs: 5 };

describe('a letter', () => {
  const letter = (value: string, headers = {}) =>
    String(letterOf({ ...PLACE, headers, value: Buffer.from(value) }, PARTITION).value);

  it('is the record, byte for byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const record = { ...PLACE, headers: { a: [Buffer.of(1), Buffer.of(0)] }, value: bytes };
    const { uuid } = identityOf(record, PARTITION);
    expect(recordOf(letterOf(record, PARTITION))).toEqual({ ...record, uuid });
    expect(recordOf(letterOf({ ...record, value: null }, PARTITION)).value).toBeNull();
  });

  it.each([
    '{"_id": "0_hard-reset", "pass": "s3cret"}',
    '{"_id": "0_hard-reset", "pass": "s3cret"',
    '{"PASS" :\n"s3cret\\"s3cret", "x": ',
    "{'pass': 's3cret', ",
    '"{\\"pass\\": \\"s3cret\\"}"',
    '"{\\"pass\\": \\"s3cret\\"',
    '{"a": {"password": "s3cret"}, "b": [{"pass": ["s3cret"]}]}',
    '{"pass": s3cret}',
    '\x80\x04X\x04\x00\x00\x00passX\x06\x00\x00\x00s3cret',
  ])('keeps no password: %s', (value) => {
    expect(letter(value)).not.toContain('s3cret');
    expect(letter(value)).toContain('***');
  });

  it('keeps what only looks like it', () => {
    expect(letter('{"comment": "we passed"}')).toBe('{"comment": "we passed"}');
  });
});

describe('the receipt of a record', () => {
  const now = Date.UTC(2026, 10, 28);

  it.each([
    ['its timestamp', String(now - 5_000), now - 5_000],
    ['now, not a time to come', String(now + 1), now],
    ['now, for microseconds', String(now * 1_000), now],
    ['now, for nanoseconds', String(now * 1_000_000), now],
    ['now, for seconds', String(now / 1_000), now],
    ['now, for the year 10000', '253402300800000', now],
    ['now, for none', '-1', now],
    ['now, for one before 1970', '-62135596800000', now],
    ['now, for what is no number', 'NaN', now],
  ])('is %s', (_what, timestamp, received) => {
    expect(receiptOf(timestamp, now)).toBe(received);
  });
});

describe('the guard of commands', () => {
  const log = { warn: () => undefined };

  it('admits who knows the password', () => {
    const guard = createPasswordGuard('right', log);
    expect([guard.admit('right'), guard.admit('wrong'), guard.admit(undefined), guard.admit(['right'])]).toEqual([
      'admitted',
      'wrong',
      'wrong',
      'wrong',
    ]);
    expect(createPasswordGuard(undefined, log).admit('right')).toBe('none set');
  });

  it('admits who knows it however often others guess', () => {
    const guard = createPasswordGuard('right', log);
    for (let i = 0; i < 1_000; i++) expect(guard.admit(`guess ${i}`)).toBe('wrong');
    expect(guard.admit('right')).toBe('admitted');
  });

  it('tells of wrong ones once a minute, and how many came meanwhile', () => {
    const told: unknown[] = [];
    let now = 5;
    const warn = (details: object, message: string) => told.push([message, details]);
    const guard = createPasswordGuard('a-password-of-some-length', { warn }, () => now);
    for (let i = 0; i < 10; i++) guard.admit('wrong');
    now += 60_000;
    guard.admit('wrong');
    guard.admit('wrong');
    expect(told).toEqual([
      ['kafka:wrong-password', {}],
      ['kafka:wrong-password', { repeated: 9 }],
    ]);
  });

  it.each([
    ['tells of one that is soon guessed', 'fifteen-letters', ['kafka:short-password']],
    ['is content with 16 characters', 'sixteen--letters', []],
    ['says nothing where none is set', undefined, []],
  ])('%s', (_what, password, expected) => {
    const told: string[] = [];
    createPasswordGuard(password, { warn: (_details, message) => told.push(message) });
    expect(told).toEqual(expected);
  });
});

describe('the wait after failures', () => {
  it('waits longer after each failure, 30 s at most, and shorter again after successes', () => {
    const backoff = new Backoff({ random: () => 1 });
    const waits = Array.from({ length: 12 }, () => backoff.failed());
    expect(waits.slice(0, 3)).toEqual([1500, 2250, 3375]);
    expect(waits.at(-1)).toBe(30_000);
    for (let i = 0; i < 4; i++) backoff.succeeded();
    backoff.succeeded(5);
    expect(backoff.failed()).toBeCloseTo(1000 * 1.5 ** 4);
    backoff.succeeded(500);
    expect(backoff.failed()).toBe(1500);
  });
});

describe('what failed of a partition', () => {
  const limits = { ...FAILURE_LIMITS, random: () => 1 };
  const records = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ offset: BigInt(from + i) }));

  it('is tried again with fewer records, until one is alone, and with more again after each success', () => {
    const failures = new PartitionFailures(limits);
    const all = records(0, 500);
    const tried: number[] = [];
    for (let i = 0; i < 10; i++) {
      tried.push(failures.first(all).length);
      failures.failed(failures.first(all));
    }
    expect(tried).toEqual([500, 250, 125, 62, 31, 15, 7, 3, 1, 1]);
    for (const size of [1, 2, 4, 8]) {
      expect(failures.first(all)).toHaveLength(size);
      failures.succeeded(size);
    }
  });

  it('is blamed on a record that failed alone ten times over five minutes, and on nobody after three in a row', () => {
    let now = 1_000_000;
    const failures = new PartitionFailures(limits, () => now);
    const fails = (offset: number, times: number, after: number) => {
      for (let i = 0; i < times; i++) failures.failed(records(offset, offset + 1));
      now += after;
    };
    fails(0, 8, 400_000);
    expect(failures.isLast(0n)).toBe(false);
    fails(0, 1, 0);
    expect(failures.isLast(0n)).toBe(true);
    expect(failures.isLast(1n)).toBe(false);
    failures.deadLettered();
    fails(1, 100, 299_999);
    expect(failures.isLast(1n)).toBe(false);
    now++;
    expect(failures.isLast(1n)).toBe(true);
    failures.deadLettered();
    fails(2, 9, 300_000);
    failures.deadLettered();
    fails(3, 9, 300_000);
    expect([failures.isLast(3n), failures.isStopped]).toEqual([false, true]);
    failures.succeeded(1);
    expect(failures.isStopped).toBe(false);
    fails(4, 9, 300_000);
    expect([failures.isLast(4n), failures.isStopped]).toEqual([true, false]);
  });

  it('is blamed on a record also while the clock is set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const failures = new PartitionFailures({ ...limits, failures: 2, overMilliseconds: 20 });
    failures.failed(records(0, 1));
    vi.setSystemTime(Date.now() - 3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(failures.isLast(0n)).toBe(true);
    const since = failures.report()?.since.getTime() ?? 0;
    expect(Math.abs(Date.now() - since)).toBeLessThan(60_000);
    vi.useRealTimers();
  });

  it('is said once in ten seconds', () => {
    let now = 1_000_000;
    const failures = new PartitionFailures(limits, () => now);
    const said = Array.from({ length: 1_000 }, () => {
      now += 50;
      failures.failed(records(0, 1));
      return failures.report();
    }).filter((report) => report !== undefined);
    expect(said.map((report) => report.failures)).toEqual([1, 200, 200, 200, 200]);
  });
});
