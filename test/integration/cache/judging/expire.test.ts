import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  addDuration,
  type Duration,
  fromPosixMilliseconds,
  type Instant,
  seconds,
} from '../../../../src/domain/time.js';
import {
  checkedCachesForEachTest,
  expectCleanAudit,
  muting,
  observation,
  openCaches,
  retraction,
} from '../../../support/caches.js';

const EXPIRATION = seconds(3600);
const NANOSECOND = 1n as Duration;
/** The clock at the beginning of each test, and as an instant. */
const START = Date.UTC(2030, 0, 1, 12);
const NOW = fromPosixMilliseconds(START);

// The clock alone: timers of connections go on.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());
const caches = checkedCachesForEachTest({ expiration: EXPIRATION });

const later = (duration: Duration): Instant => addDuration(NOW, duration);
/** An observation that expires so long after the border of the clock. */
const expiring = (detector: string, duration: Duration) =>
  observation(detector, addDuration(later(duration), -EXPIRATION as Duration), {
    receivedTime: addDuration(later(duration), -EXPIRATION as Duration),
  });

const stateOf = async ({ uuid }: { uuid: string }) => (await caches.states()).get(uuid);

describe('an observation stays active until 24 h (here: one) have passed', () => {
  test('exactly then it is still active, a nanosecond later not', async () => {
    const [due, border] = [expiring('JUNO', -NANOSECOND as Duration), expiring('DUNE', 0n as Duration)];
    vi.setSystemTime(START - 1);
    for (const observed of [due, border]) await caches.service.observe(observed);
    expect(await caches.tables()).toEqual(['0: JUNO+0 DUNE+1e-9']);
    vi.setSystemTime(START);
    await caches.service.expire('live');
    expect(await stateOf(due)).toBe('expired');
    expect(await stateOf(border)).toBe('active');
    expect(await caches.tables()).toEqual(['0: DUNE+0']);
    vi.setSystemTime(START + 1);
    await caches.service.expire('live');
    expect(await stateOf(border)).toBe('expired');
    expect(await caches.tables()).toEqual([]);
  });

  test('expires all that are due together, before the next command, and without alert', async () => {
    const due = ['JUNO', 'DUNE'].map((detector, i) => expiring(detector, seconds(i)));
    for (const observed of due) await caches.service.observe(observed);
    vi.setSystemTime(START + 2_000);
    const { rows: before } = await caches.query('SELECT id FROM alert');
    const answer = await caches.service.observe(expiring('SNO+', seconds(2)));
    expect(answer.alerts).toEqual([]);
    expect(await caches.tables()).toEqual(['1: SNO++0']);
    expect((await caches.query('SELECT id FROM alert')).rows).toEqual(before);
    const { rows } = await caches.query(`SELECT count(*)::int AS expiries FROM message WHERE kind = 'Expiry'`);
    expect(rows).toEqual([{ expiries: 1 }]);
  });

  test('in the test cache the receipt counts', async () => {
    const old = observation('JUNO', later(seconds(-86_400 * 365)), { cache: 'test', receivedTime: NOW });
    await caches.service.observe(old);
    vi.setSystemTime(START + 3_600_000);
    await caches.service.expire('test');
    expect(await stateOf(old)).toBe('active');
    vi.setSystemTime(START + 3_600_001);
    await caches.service.expire('test');
    expect(await stateOf(old)).toBe('expired');
  });

  test('muted ones expire too', async () => {
    const due = expiring('JUNO', seconds(0));
    await caches.service.observe(due);
    await caches.service.mute(muting('mute', 'JUNO'));
    vi.setSystemTime(START + 1);
    await caches.service.expire('live');
    expect(await stateOf(due)).toBe('expired');
    expect(await caches.service.mute(muting('unmute', 'JUNO'))).toMatchObject({ observations: [] });
  });
});

describe('one that is older at its reception', () => {
  test.each([
    ['by a nanosecond is stored as expired', NANOSECOND, 'expired'],
    ['by nothing is active', 0n as Duration, 'active'],
  ])('%s', async (_, excess, state) => {
    const time = addDuration(NOW, -(EXPIRATION + excess) as Duration);
    const answer = await caches.service.observe(observation('JUNO', time, { receivedTime: NOW }));
    expect(answer).toMatchObject({ duplicate: false, observation: { state }, alerts: [] });
    expect(answer.sub_groups).toHaveLength(state === 'active' ? 1 : 0);
  });

  test('is known by its uuid, and a retraction of it finds nothing', async () => {
    const old = observation('JUNO', addDuration(NOW, -(EXPIRATION + NANOSECOND) as Duration), { receivedTime: NOW });
    await caches.service.observe(old);
    expect(await caches.service.observe(old)).toMatchObject({ duplicate: true, observation: { state: 'expired' } });
    const answer = await caches.service.retract(retraction('JUNO', { uuid: old.uuid }));
    expect(answer.retracted).toEqual([]);
  });
});

test('what is left of a coincidence keeps its number; its event closes when less than two rows are left', async () => {
  const first = await caches.service.observe(expiring('JUNO', seconds(0)));
  const second = await caches.service.observe(expiring('DUNE', seconds(1)));
  await caches.service.observe(expiring('SNO+', seconds(2)));
  expect(first.alerts).toEqual([]);
  const event = second.alerts[0]?.event_id ?? '';
  vi.setSystemTime(START + 1);
  await caches.service.expire('live');
  expect(await caches.tables()).toEqual(['0: DUNE+0 SNO++1']);
  expect((await caches.event(event)).state).toBe('open');
  vi.setSystemTime(START + 1_001);
  await caches.service.expire('live');
  expect(await caches.tables()).toEqual(['0: SNO++0']);
  expect((await caches.event(event)).state).toBe('closed');
});

test('with the engine reference nothing expires', async () => {
  const asInSnewsCs = await openCaches({ engine: 'reference', expiration: EXPIRATION });
  await asInSnewsCs.service.observe(expiring('JUNO', seconds(0)));
  vi.setSystemTime(START + 10_000);
  await asInSnewsCs.service.expire('live');
  expect(await asInSnewsCs.tables()).toEqual(['0: JUNO+0']);
  await expectCleanAudit(asInSnewsCs);
  await asInSnewsCs.close();
});
