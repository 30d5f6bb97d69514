import { describe, expect, test } from 'vitest';
import type { CacheName } from '../../../src/domain/cache-name.js';
import type { ObserveCommand } from '../../../src/domain/commands.js';
import { utcDay } from '../../../src/domain/time.js';
import type { ObserveAnswer } from '../../../src/domain/views.js';
import { at, checkedCachesForEachTest, muting, observation, reset, retraction } from '../../support/caches.js';

const caches = checkedCachesForEachTest();

async function observe(...commands: ObserveCommand[]): Promise<ObserveAnswer> {
  const answers: ObserveAnswer[] = [];
  for (const command of commands) answers.push(await caches.service.observe(command));
  const last = answers.at(-1);
  if (last === undefined) throw new Error('nothing was observed');
  return last;
}

/** A pair a second apart, and the event that it opens. */
async function pair(time: number, fields: Partial<ObserveCommand> = {}): Promise<string> {
  const { alerts } = await observe(observation('JUNO', at(time), fields), observation('DUNE', at(time + 1), fields));
  return alerts[0]?.event_id ?? 'no event';
}

describe('the id of an event', () => {
  test.each([
    ['live', 'SN'],
    ['firedrill', 'DRILL'],
    ['test', 'TEST'],
  ] as const)(
    'in the cache %s begins with %s, the day of the first neutrino time and a count',
    async (cache, prefix) => {
      const day = utcDay(at(0));
      expect(await pair(0, { cache })).toBe(`${prefix}-${day}-1`);
      expect(await pair(100, { cache })).toBe(`${prefix}-${day}-2`);
    },
  );

  test('counts per cache and day, also beyond a reset', async () => {
    const yesterday = at(-86_400);
    const test: CacheName = 'test';
    expect(await pair(0)).toBe(`SN-${utcDay(at(0))}-1`);
    expect(await pair(-86_400, { cache: test })).toBe(`TEST-${utcDay(yesterday)}-1`);
    expect(await pair(0, { cache: test })).toBe(`TEST-${utcDay(at(0))}-1`);
    await caches.service.reset(reset(test));
    expect(await pair(0, { cache: test })).toBe(`TEST-${utcDay(at(0))}-2`);
    expect(await pair(-86_400, { cache: test })).toBe(`TEST-${utcDay(yesterday)}-2`);
  });
});

describe('a sub-group belongs to an event from its second row on', () => {
  test('a single observation to none', async () => {
    const answer = await observe(observation('JUNO', at(0)));
    expect(answer.sub_groups).toMatchObject([{ event_id: null }]);
  });

  test('to that of the open coincidence with which it shares most observations', async () => {
    const first = await pair(0);
    // LVD stands with both pairs' ends; the new table {DUNE, LVD} shares DUNE with the first.
    const answer = await observe(observation('LVD', at(11)));
    expect(answer.sub_groups).toMatchObject([{ number: 1, event_id: first }]);
    expect((await caches.event(first)).sub_groups.map(({ number }) => number)).toEqual([0, 1]);
  });

  test('else to a new one; events that share observations are related', async () => {
    const [first, second] = [await pair(0), await pair(12)];
    expect(second).not.toBe(first);
    // Between both: in a table with each.
    const answer = await observe(observation('SNO+', at(6)));
    expect(answer.sub_groups.length).toBeGreaterThan(1);
    for (const table of answer.sub_groups) expect([first, second]).toContain(table.event_id);
    const events = [await caches.event(first), await caches.event(second)];
    for (const event of events) {
      const shares = event.alerts.some(({ detector_names }) => detector_names.includes('SNO+'));
      expect(shares).toBe(true);
    }
    expect(events.map(({ related_events }) => related_events)).toEqual([[second], [first]]);
  });

  test('and keeps it, whatever becomes of its rows', async () => {
    const event = await pair(0);
    await caches.service.retract(retraction('JUNO', { latest: 1 }));
    const answer = await observe(observation('SNO+', at(2)));
    expect(answer.alerts).toMatchObject([{ alert_type: 'COINC_MSG', event_id: event }]);
    const { alerts } = await caches.event(event);
    expect(alerts.map(({ alert_type }) => alert_type)).toEqual(['COINC_MSG', 'RETRACTION', 'COINC_MSG']);
  });
});

describe('the state of an event', () => {
  test('is open while one of its sub-groups has two rows', async () => {
    const event = await pair(0);
    expect((await caches.event(event)).state).toBe('open');
    await observe(observation('SNO+', at(2)));
    await caches.service.retract(retraction('SNO+', { latest: 1 }));
    expect((await caches.event(event)).state).toBe('open');
  });

  test('is retracted when a retraction leaves less than two, and open again with the next coincidence', async () => {
    const event = await pair(0);
    await caches.service.retract(retraction('DUNE', { latest: 1 }));
    expect((await caches.event(event)).state).toBe('retracted');
    await observe(observation('DUNE', at(1)));
    expect((await caches.event(event)).state).toBe('open');
  });

  test('stays retracted when what is left of it changes without a coincidence', async () => {
    const event = await pair(0);
    await caches.service.retract(retraction('DUNE', { latest: 1 }));
    await observe(observation('JUNO', at(0.5)));
    expect(await caches.tables()).toEqual(['0: JUNO+0']);
    expect((await caches.event(event)).state).toBe('retracted');
  });

  test('a mute retracts it, an unmute opens it again', async () => {
    const event = await pair(0);
    await caches.service.mute(muting('mute', 'JUNO'));
    expect((await caches.event(event)).state).toBe('retracted');
    await caches.service.mute(muting('unmute', 'JUNO'));
    expect((await caches.event(event)).state).toBe('open');
  });

  test('is closed by a reset, unless it was retracted before', async () => {
    const [open, retracted] = [await pair(0), await pair(100)];
    await caches.service.retract(retraction('DUNE', { latest: 1 }));
    await caches.service.reset(reset());
    expect((await caches.event(open)).state).toBe('closed');
    expect((await caches.event(retracted)).state).toBe('retracted');
  });
});

test('one pre-supernova row makes table, alerts and event say so', async () => {
  const { alerts, sub_groups } = await observe(
    observation('JUNO', at(0), { isPreSn: true }),
    observation('DUNE', at(1)),
  );
  expect(sub_groups).toMatchObject([{ pre_sn: true }]);
  expect(alerts).toMatchObject([{ pre_sn: true }]);
  expect(await caches.event(alerts[0]?.event_id ?? '')).toMatchObject({ pre_sn: true });
  const later = await observe(observation('SNO+', at(100)), observation('LVD', at(101)));
  expect(later.alerts).toMatchObject([{ pre_sn: false }]);
});

describe('the false alarm figure', () => {
  const OTHERS = ['SNO+', 'LVD', 'KamLAND', 'Super-K', 'IceCube', 'HALO'];

  test('of two rows with eight detectors online is 7.93e-10 Hz, once in 39.97 years', async () => {
    await observe(...OTHERS.map((detector, i) => observation(detector, at(1000 + 100 * i))));
    const { alerts, sub_groups } = await observe(observation('JUNO', at(0)), observation('DUNE', at(1)));
    const figure = { online_detectors: 8, coincident_detectors: 2 };
    expect(sub_groups).toMatchObject([{ false_alarm: figure }]);
    expect(alerts).toMatchObject([
      { false_alarm: figure, payload: { 'False Alarm Prob': '7.93e-10 Hz (1 per 39.97 years)' } },
    ]);
    const shown = alerts[0]?.false_alarm;
    expect(shown?.rate_hz.toExponential(2)).toBe('7.93e-10');
    expect(shown?.mean_years_between.toFixed(2)).toBe('39.97');
  });

  test('counts never less detectors online than the rows', async () => {
    const { alerts } = await observe(observation('JUNO', at(0)), observation('DUNE', at(1)));
    expect(alerts).toMatchObject([{ false_alarm: { online_detectors: 2, coincident_detectors: 2 } }]);
  });

  test('is frozen until the rows change', async () => {
    await pair(0);
    await observe(observation('LVD', at(500)));
    const figures = async () => (await caches.coincidences()).sub_groups.map((table) => table.false_alarm);
    expect(await figures()).toMatchObject([{ online_detectors: 2 }, null]);
    await observe(observation('SNO+', at(2)));
    expect(await figures()).toMatchObject([{ online_detectors: 4, coincident_detectors: 3 }, null]);
  });

  test('has no measured one beside it before the detectors were counted', async () => {
    const { alerts } = await observe(observation('JUNO', at(0)), observation('DUNE', at(1)));
    expect(alerts).toMatchObject([
      { false_alarm: { measured: null }, payload: { measured_false_alarm_rate_hz: null } },
    ]);
  });

  test('is null in the test cache, and for less than two rows', async () => {
    const { alerts, sub_groups } = await observe(
      observation('JUNO', at(0), { cache: 'test' }),
      observation('DUNE', at(1), { cache: 'test' }),
    );
    expect(sub_groups).toMatchObject([{ false_alarm: null }]);
    expect(alerts).toMatchObject([{ false_alarm: null, payload: { 'False Alarm Prob': 'N/A' } }]);
    expect((await observe(observation('JUNO', at(0)))).sub_groups).toMatchObject([{ false_alarm: null }]);
  });
});
