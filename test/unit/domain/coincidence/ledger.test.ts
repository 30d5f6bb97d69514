import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete, observeAll } from '../../../../src/domain/coincidence/complete.js';
import type { SubGroup } from '../../../../src/domain/coincidence/engine.js';
import { engineNamed } from '../../../../src/domain/coincidence/engines.js';
import { ExpiryQueue } from '../../../../src/domain/coincidence/expiry-queue.js';
import type { Ledger } from '../../../../src/domain/coincidence/ledger.js';
import { openLedger } from '../../../../src/domain/coincidence/ledgers.js';
import { StandingList } from '../../../../src/domain/coincidence/standing-list.js';
import type { Duration, Instant } from '../../../../src/domain/time.js';

const WINDOW = 10n as Duration;

const observations = fc
  .array(fc.record({ detector: fc.constantFrom('JUNO', 'DUNE', 'LVD'), time: fc.nat({ max: 200 }) }), { maxLength: 60 })
  .map((all) => all.map(({ detector, time }, order) => ({ order, detector, time: BigInt(time) as Instant })));

const rowsOf = (subGroups: readonly SubGroup[]) =>
  subGroups.map(({ rows }) => rows.map(({ observation, delta }) => `${observation.order}+${delta}`).join(' ')).sort();

test('all observations at once make the tables that one after the other make', () => {
  fc.assert(
    fc.property(observations, (all) => {
      let state = complete.empty(WINDOW);
      for (const observation of all) state = complete.apply(state, { kind: 'observe', observation }).state;
      const sorted = all.toSorted((a, b) => Number(a.time - b.time));
      const [half, rest] = [sorted.slice(0, all.length / 2), sorted.slice(all.length / 2)];
      for (const atOnce of [
        observeAll(complete.empty(WINDOW), sorted),
        observeAll(complete.empty(WINDOW), all),
        observeAll(observeAll(complete.empty(WINDOW), half), rest),
      ]) {
        expect(rowsOf(complete.subGroups(atOnce))).toEqual(rowsOf(complete.subGroups(state)));
      }
    }),
    { numRuns: 1_000 },
  );
});

describe('the ledger', () => {
  const observed = (expires: number, i: number) => ({
    kind: 'observe' as const,
    order: i + 1,
    uuid: `uuid ${i + 1}`,
    detector: i % 2 === 0 ? 'JUNO' : 'DUNE',
    time: BigInt(i) as Instant,
    receivedTime: 0n as Instant,
    expires: BigInt(expires) as Instant,
    retractedBefore: false,
  });

  async function ledgerOf(expiries: readonly number[]): Promise<{ ledger: Ledger; states: () => unknown[] }> {
    const states = new Map<number, string>();
    const onState = (order: number, state: string) => states.set(order, state);
    const ledger = openLedger(engineNamed('complete'), { window: WINDOW, onState });
    for (const [i, expires] of expiries.entries()) await ledger.apply(observed(expires, i));
    return { ledger, states: () => expiries.map((_, i) => states.get(i + 1)) };
  }

  test('lets a portion of what is due expire, and all that is left of it with the next command', async () => {
    const { ledger, states } = await ledgerOf([10, 10, 10, 20]);
    // The fourth is not due: whoever names it is wrong, and the consistency check tells.
    await ledger.apply({ kind: 'expire', order: 5, now: 15n as Instant, observations: [3, 4] });
    expect(states()).toEqual(['active', 'active', 'expired', 'active']);
    await ledger.apply({ kind: 'expire', order: 6, now: 15n as Instant });
    expect(states()).toEqual(['expired', 'expired', 'expired', 'active']);
  });

  test('leaves out what is due where the latest are retracted or a detector is muted', async () => {
    const { ledger, states } = await ledgerOf([20, 20, 10, 10]);
    const now = 15n as Instant;
    await ledger.apply({ kind: 'mute', order: 5, detector: 'DUNE', now });
    expect(states()).toEqual(['active', 'muted', 'active', 'active']);
    await ledger.apply({ kind: 'retract', order: 6, detector: 'JUNO', target: { latest: 1 }, now });
    expect(states()).toEqual(['retracted', 'muted', 'active', 'active']);
    await ledger.apply({ kind: 'unmute', order: 7, detector: 'DUNE', now });
    expect(states()).toEqual(['retracted', 'active', 'active', 'active']);
    // As it was recorded before there were portions.
    await ledger.apply({ kind: 'retract', order: 8, detector: 'JUNO', target: { latest: 1 } });
    expect(states()).toEqual(['retracted', 'active', 'retracted', 'active']);
  });

  test('forgets what a reset drops, but not who is muted', async () => {
    const { ledger, states } = await ledgerOf([20, 20]);
    await ledger.apply({ kind: 'mute', order: 3, detector: 'DUNE' });
    await ledger.apply({ kind: 'reset', order: 4 });
    expect(states()).toEqual(['reset', 'reset']);
    expect(ledger.subGroups()).toEqual([]);
    await ledger.apply({
      kind: 'undo-reset',
      order: 5,
      now: 0n as Instant,
      observations: [observed(20, 0), observed(20, 1)],
    });
    expect(states()).toEqual(['active', 'muted']);
    expect(rowsOf(ledger.subGroups())).toEqual(['1+0']);
  });

  test('makes its tables anew with another window, of what is active', async () => {
    const { ledger } = await ledgerOf([20, 20, 20]);
    await ledger.apply({ kind: 'mute', order: 4, detector: 'DUNE' });
    expect(rowsOf(ledger.subGroups())).toEqual(['3+0']);
    ledger.changeWindow(1n as Duration);
    expect(rowsOf(ledger.subGroups())).toEqual(['1+0', '3+0']);
  });
});

test('what expires next is found whatever else there is', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 50 })), fc.array(fc.nat({ max: 50 })), (times, clock) => {
      const queue = new ExpiryQueue<{ expires: Instant }>();
      let left = times.map((time) => ({ expires: BigInt(time) as Instant }));
      for (const one of left) queue.push(one);
      for (const now of clock.map((time) => BigInt(time) as Instant)) {
        const due = left.filter(({ expires }) => expires < now);
        left = left.filter(({ expires }) => expires >= now);
        const taken = queue.takeDue(now);
        expect(new Set(taken)).toEqual(new Set(due));
        expect(taken.map(({ expires }) => expires)).toEqual(
          due.map(({ expires }) => expires).sort((a, b) => Number(a - b)),
        );
      }
    }),
  );
});

test('the latest that stand are found after most have ended', () => {
  const list = new StandingList<{ order: number; isStanding: boolean }>();
  const all = Array.from({ length: 100 }, (_, order) => ({ order, isStanding: true }));
  for (const one of all) list.push(one);
  for (const one of all) {
    if (one.order % 10 === 0) continue;
    one.isStanding = false;
    list.noteEnd();
  }
  expect(list.all().map(({ order }) => order)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(list.latest(2, ({ order }) => order !== 90).map(({ order }) => order)).toEqual([70, 80]);
  // What comes back by the undo of a reset was received before.
  for (const order of [5, 15]) list.push({ order, isStanding: true });
  expect(list.latest(9, () => true).map(({ order }) => order)).toEqual([15, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(
    list
      .all()
      .map(({ order }) => order)
      .slice(0, 4),
  ).toEqual([0, 5, 10, 15]);
});
