import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../../src/domain/heartbeats/health.js';
import { assessLateness, type LatenessState } from '../../../../src/domain/heartbeats/lateness.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2030, 0, 1, 12);

/** Of a detector that sent five times, a minute apart each, the last time at `last`: mean 60 s, σ 0: late after 63 s. */
function pulse(last: number, lastStatus: 'ON' | 'OFF' = 'ON') {
  return {
    lastHeartbeat: last,
    lastStatus,
    firstHeartbeat: last - 4 * MINUTE,
    heartbeats: 5,
    squares: 4 * MINUTE ** 2,
  };
}

function look(lastHeartbeats: Record<string, number | null>, now: number, before: LatenessState | null) {
  const health = Object.entries(lastHeartbeats).map(
    ([name, last]) => [name, healthOf(last === null ? null : pulse(last), now)] as const,
  );
  return assessLateness(new Map(health), before, now, 5 * MINUTE);
}

/** Somebody has looked every minute since noon. */
function watched(now: number, lastEnoughAt: number | null): LatenessState {
  return { checkedAt: now - MINUTE, resumedAt: NOON, lastEnoughAt };
}

describe('a detector is late', () => {
  it('when it has been silent for its mean interval and 3 σ, and not before', () => {
    const last = NOON + 60 * MINUTE;
    const beats = { LVD: last, JUNO: last };
    expect(look(beats, last + 63_000, watched(last + 63_000, last)).late).toEqual([]);
    const { late, on } = look(beats, last + 63_001, watched(last + 63_001, last));
    expect(late.map(({ name, expectedAt }) => [name, expectedAt - last])).toEqual([
      ['LVD', MINUTE],
      ['JUNO', MINUTE],
    ]);
    expect(on).toEqual([]);
  });

  it('only once it was silent for so long while somebody was there to hear it', () => {
    const last = NOON;
    const back = NOON + 30 * MINUTE;
    // The server was away until now: nothing is known yet, and the network isn't quiet either.
    const first = look({ LVD: last, JUNO: last }, back, {
      checkedAt: NOON,
      resumedAt: NOON - MINUTE,
      lastEnoughAt: NOON,
    });
    expect(first).toEqual({
      state: { checkedAt: back, resumedAt: back, lastEnoughAt: back },
      late: [],
      on: [],
      quietSince: null,
    });
    const minute = look({ LVD: last, JUNO: last }, back + 63_000, { ...first.state, checkedAt: back + 3_000 });
    expect(minute.late).toEqual([]);
    const later = look({ LVD: last, JUNO: last }, back + 63_001, { ...minute.state, checkedAt: back + 60_000 });
    expect(later.late.map(({ name }) => name)).toEqual(['LVD', 'JUNO']);
  });

  it('is not taken for away because another replica takes over within three minutes', () => {
    const now = NOON + 60 * MINUTE;
    const before = { checkedAt: now - 3 * MINUTE, resumedAt: NOON, lastEnoughAt: now };
    expect(look({ LVD: now - 2 * MINUTE }, now, before).late).toHaveLength(1);
    expect(look({ LVD: now - 2 * MINUTE }, now, { ...before, checkedAt: before.checkedAt - 1 }).late).toHaveLength(0);
  });
});

describe('the network is quiet', () => {
  it('when fewer than two detectors have been on for the time that is set', () => {
    const well = NOON + 60 * MINUTE;
    const now = well + 5 * MINUTE;
    expect(look({ LVD: now, JUNO: well }, now - 1, watched(now - 1, well)).quietSince).toBeNull();
    expect(look({ LVD: now, JUNO: well }, now, watched(now, well))).toMatchObject({ quietSince: well, on: ['LVD'] });
    expect(look({ LVD: now, JUNO: now }, now, watched(now, well))).toMatchObject({
      quietSince: null,
      state: { lastEnoughAt: now },
    });
  });

  it('not where two detectors were never on: a fresh installation is no news', () => {
    const now = NOON + 60 * MINUTE;
    expect(look({ LVD: null, JUNO: null }, now, null).quietSince).toBeNull();
    expect(look({ LVD: now, JUNO: null }, now, watched(now, null))).toMatchObject({
      quietSince: null,
      state: { lastEnoughAt: null },
    });
  });

  it('not for the time in which nobody looked', () => {
    const well = NOON + 60 * MINUTE;
    const back = well + 60 * MINUTE;
    const first = look({ LVD: back, JUNO: null }, back, watched(well, well));
    expect([first.quietSince, first.state.resumedAt]).toEqual([null, back]);
    const before = { ...first.state, checkedAt: back + 4 * MINUTE };
    expect(look({ LVD: back, JUNO: null }, back + 5 * MINUTE, before).quietSince).toBe(well);
  });
});
