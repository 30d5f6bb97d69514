import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import { AlertChannel, type AlertSource } from '../../../../src/delivery/sse/alert-channel.js';
import { createFollower } from '../../../../src/delivery/sse/alert-follower.js';
import type { AlertView } from '../../../../src/domain/views.js';
import { eventually } from '../../../support/eventually.js';
import { silentLog } from '../../../support/logs.js';

/** A read that was begun: it has seen what was committed then, and comes when the test lets it. */
interface Read {
  readonly after: number;
  release(): void;
  fail(): void;
}

let newest: number;
let reads: Read[];
let channel: AlertChannel;

const source: AlertSource = {
  newest: async () => newest,
  after: (_, after, limit) => {
    const seen = Math.min(newest, after + limit);
    return new Promise((resolve, reject) => {
      const alerts = upTo(seen, after + 1).map((sequence) => ({ sequence }) as AlertView);
      reads.push({ after, release: () => resolve(alerts), fail: () => reject(new Error('away')) });
    });
  },
};

const upTo = (last: number, first = 1) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

beforeEach(() => {
  newest = 0;
  reads = [];
  channel = new AlertChannel('live', source, silentLog, 1);
});

/** What has to happen in the process has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await nextTurn();
}

/** A read was begun, after its pause. */
const begun = () => vi.waitFor(() => expect(reads).not.toEqual([]), { timeout: 60_000, interval: 1 });

/** The read that was begun at this sequence; it is the only one. */
function take(after: number): Read {
  const [read, ...others] = reads.filter((candidate) => candidate.after === after);
  if (read === undefined || others.length > 0) throw new Error(`not one read after ${after}: ${JSON.stringify(reads)}`);
  reads.splice(reads.indexOf(read), 1);
  return read;
}

function follow(from: number) {
  const sink = new PassThrough({ highWaterMark: 1e6 });
  const seen: number[] = [];
  sink.on('data', (bytes) => {
    for (const [, id] of String(bytes).matchAll(/^id: (\d+)$/gm)) seen.push(Number(id));
  });
  void channel.follow(createFollower(sink, from, { maxUnsentBytes: 1e6, maxStallMs: 1e6 }, silentLog));
  return { sink, seen };
}

/** Lets all reads through until none is begun any more. */
async function release(): Promise<void> {
  await settle();
  while (reads.length > 0) {
    for (const read of reads.splice(0)) read.release();
    await settle();
  }
}

it('reads again for the first who is in step: its last read may have seen less', async () => {
  const reader = follow(0);
  const stale = take(0);
  newest = 1;
  channel.wake();
  stale.release();
  await release();
  expect(reader.seen).toEqual([1]);
});

it('does not share a read that was begun before the commit it was woken for', async () => {
  newest = 3;
  const late = follow(3);
  const early = follow(0);
  const stale = take(3);
  await release();
  newest = 4;
  channel.wake();
  await release();
  expect(early.seen).toEqual([1, 2, 3, 4]);
  stale.release();
  await release();
  expect(late.seen).toEqual([4]);
});

it('shares one read among those who come back to the same place', async () => {
  newest = 2;
  const readers = [follow(1), follow(1), follow(1)];
  take(1).release();
  await release();
  expect(readers.map(({ seen }) => seen)).toEqual([[2], [2], [2]]);
});

it('reads on until there is nothing more, woken once', async () => {
  const reader = follow(0);
  await release();
  newest = 1200;
  channel.wake();
  await settle();
  while (reader.seen.length < 1200 && reads.length > 0) {
    for (const read of reads.splice(0)) read.release();
    await eventually(() => expect(reads.length > 0 || reader.seen.length === 1200).toBe(true));
  }
  expect(reader.seen).toEqual(upTo(1200));
});

it('begins where its first reader is, not where the last one before it was', async () => {
  const former = follow(0);
  await release();
  former.sink.destroy();
  await settle();
  newest = 1000;
  follow(1000);
  take(1000).release();
  await settle();
  expect(reads.map(({ after }) => after)).toEqual([1000]);
});

it('reads nothing while nobody follows', async () => {
  const reader = follow(0);
  await release();
  reader.sink.destroy();
  await settle();
  channel.wake();
  await settle();
  expect(reads).toEqual([]);
});

it('reads again by itself after a read that failed', async () => {
  newest = 1;
  const catchingUp = follow(0);
  take(0).fail();
  await begun();
  await release();
  expect(catchingUp.seen).toEqual([1]);
  newest = 2;
  channel.wake();
  await settle();
  take(1).fail();
  await begun();
  await release();
  expect(catchingUp.seen).toEqual([1, 2]);
});

it('stops giving what was read for those who left to one who is further back', async () => {
  newest = 10;
  const behind = follow(10);
  const stale = take(10);
  const inStep = follow(5);
  await release();
  newest = 13;
  channel.wake();
  await settle();
  // Between two alerts of one read it leaves, and only then is the other one's read through.
  inStep.sink.on('data', () => inStep.sink.destroy()).on('close', () => stale.release());
  await release();
  expect(inStep.seen).toEqual([6, 7, 8, 9, 10, 11]);
  expect(behind.seen).toEqual([11, 12, 13]);
});
