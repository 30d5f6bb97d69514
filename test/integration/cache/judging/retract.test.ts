import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addDuration, seconds } from '../../../../src/domain/time.js';
import type { ObserveAnswer, RetractAnswer } from '../../../../src/domain/views.js';
import {
  alertTexts,
  at,
  checkedCachesForEachTest,
  expectCleanAudit,
  expectRefused,
  muting,
  observation,
  openCaches,
  RECEIVED,
  reset,
  retraction,
} from '../../../support/caches.js';
import { type RestService, startRestService } from '../../../support/rest-service.js';

describe('a retraction', () => {
  const caches = checkedCachesForEachTest();

  test('by uuid takes that observation out, and alerts what is left of its tables', async () => {
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    await caches.service.observe(observation('DUNE', at(1)));
    await caches.service.observe(observation('SNO+', at(2)));
    const answer = await caches.service.retract(retraction('JUNO', { uuid: observed.uuid }));
    expect(answer).toMatchObject({ duplicate: false, pending: false, retracted: [observed.uuid] });
    expect(alertTexts(answer.alerts)).toEqual(['RETRACTION 0: DUNE SNO+']);
    expect(await caches.tables()).toEqual(['0: DUNE+0 SNO++1']);
    expect((await caches.states()).get(observed.uuid)).toBe('retracted');
  });

  test('by uuid acts where the observation stands, whatever its own flags say', async () => {
    const observed = observation('JUNO', at(0), { cache: 'firedrill' });
    await caches.service.observe(observed);
    const answer = await caches.service.retract(retraction('JUNO', { uuid: observed.uuid }, { cache: 'live' }));
    expect(answer.retracted).toEqual([observed.uuid]);
    expect(await caches.tables('firedrill')).toEqual([]);
  });

  test('of the latest n takes those received last, whatever their neutrino times, oldest first in the answer', async () => {
    const uuids: string[] = [];
    for (const time of [900, 0, 600, 300]) {
      const observed = observation('JUNO', at(time));
      uuids.push(observed.uuid);
      await caches.service.observe(observed);
    }
    const answer = await caches.service.retract(retraction('JUNO', { latest: 2 }));
    expect(answer.retracted).toEqual(uuids.slice(2));
    expect(await caches.tables()).toEqual(['0: JUNO+0', '1: JUNO+0']);
  });

  test('of more than there are takes all, in its own cache only', async () => {
    for (const cache of ['live', 'firedrill', 'test'] as const) {
      for (const time of [0, 50]) await caches.service.observe(observation('JUNO', at(time), { cache }));
    }
    const answer = await caches.service.retract(retraction('JUNO', { latest: 1_000_000 }));
    expect(answer.retracted).toHaveLength(2);
    expect(await caches.tables('live')).toEqual([]);
    expect(await caches.tables('firedrill')).toHaveLength(2);
    expect(await caches.tables('test')).toHaveLength(2);
  });

  test('uncovers the earlier coincidence that a later message of the detector had hidden', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.observe(observation('DUNE', at(1)));
    await caches.service.observe(observation('JUNO', at(5)));
    const answer = await caches.service.retract(retraction('JUNO', { latest: 1 }));
    expect(alertTexts(answer.alerts)).toEqual(['RETRACTION 0: JUNO DUNE']);
    expect(await caches.tables()).toEqual(['0: JUNO+0 DUNE+1']);
  });

  test("of another detector's observation is forbidden", async () => {
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    await expectRefused(caches.service.retract(retraction('DUNE', { uuid: observed.uuid })), 'forbidden');
    expect((await caches.states()).get(observed.uuid)).toBe('active');
  });

  test('of an observation that is retracted, expired or reset finds nothing, and alerts nothing', async () => {
    const old = { neutrinoTime: addDuration(RECEIVED, seconds(-86_401)) };
    const gone = [observation('JUNO', at(0)), observation('JUNO', at(100), old), observation('JUNO', at(200))];
    const [retracted, expired, forgotten] = gone.map(({ uuid }) => uuid);
    for (const observed of gone) await caches.service.observe(observed);
    await caches.service.retract(retraction('JUNO', { uuid: retracted ?? '' }));
    await caches.service.reset(reset());
    expect([...(await caches.states()).values()].toSorted()).toEqual(['expired', 'reset', 'retracted']);
    for (const uuid of [retracted, expired, forgotten]) {
      expect(await caches.service.retract(retraction('JUNO', { uuid: uuid ?? '' }))).toEqual({
        duplicate: false,
        pending: false,
        retracted: [],
        sub_groups: [],
        alerts: [],
      });
    }
  });

  test('of the latest without any active is not found, and may be sent again under its uuid', async () => {
    const retract = retraction('JUNO', { latest: 1 });
    await expectRefused(caches.service.retract(retract), 'not-found');
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    expect((await caches.service.retract(retract)).retracted).toEqual([observed.uuid]);
  });

  test('of a muted observation takes it too, without alert: it does not come back', async () => {
    const [early, late] = [observation('JUNO', at(0)), observation('JUNO', at(100))];
    for (const observed of [early, late, observation('DUNE', at(1)), observation('SNO+', at(101))]) {
      await caches.service.observe(observed);
    }
    await caches.service.mute(muting('mute', 'JUNO'));
    expect(await caches.service.retract(retraction('JUNO', { uuid: early.uuid }))).toMatchObject({
      retracted: [early.uuid],
      alerts: [],
    });
    expect(await caches.service.retract(retraction('JUNO', { latest: 5 }))).toMatchObject({
      retracted: [late.uuid],
      alerts: [],
    });
    const unmuted = await caches.service.mute(muting('unmute', 'JUNO'));
    expect(unmuted).toMatchObject({ observations: [], alerts: [] });
  });

  test('with the engine reference retracts all observations of the detector, whatever it asks for', async () => {
    const asInSnewsCs = await openCaches({ engine: 'reference' });
    try {
      const first = observation('JUNO', at(0));
      for (const observed of [first, observation('DUNE', at(1)), observation('JUNO', at(100))]) {
        await asInSnewsCs.service.observe(observed);
      }
      const answer = await asInSnewsCs.service.retract(retraction('JUNO', { uuid: first.uuid }));
      expect(answer.retracted).toHaveLength(2);
      await asInSnewsCs.service.observe(observation('JUNO', at(2)));
      await asInSnewsCs.service.observe(observation('JUNO', at(3)));
      expect((await asInSnewsCs.service.retract(retraction('JUNO', { latest: 1 }))).retracted).toHaveLength(2);
      await expectCleanAudit(asInSnewsCs);
    } finally {
      await asInSnewsCs.close();
    }
  });
});

describe('a retraction that comes before its observation', () => {
  const caches = checkedCachesForEachTest();

  test('waits for it: the observation is stored as retracted, in no table and without alert', async () => {
    await caches.service.observe(observation('DUNE', at(1)));
    const observed = observation('JUNO', at(0));
    expect(await caches.service.retract(retraction('JUNO', { uuid: observed.uuid }))).toMatchObject({ pending: true });
    expect(await caches.service.observe(observed)).toMatchObject({
      duplicate: false,
      observation: { state: 'retracted' },
      sub_groups: [],
      alerts: [],
    });
    expect(await caches.tables()).toEqual(['0: DUNE+0']);
  });

  test('waits for that of its own detector only', async () => {
    const observed = observation('JUNO', at(0));
    await caches.service.retract(retraction('DUNE', { uuid: observed.uuid }));
    expect((await caches.service.observe(observed)).observation.state).toBe('active');
  });

  test.each([
    ['48 h', seconds(48 * 3600), 'retracted'],
    ['and a millisecond', seconds(48 * 3600 + 0.001), 'active'],
  ])('waits for %s', async (_, wait, state) => {
    const observed = observation('JUNO', at(0), { receivedTime: addDuration(RECEIVED, wait), cache: 'test' });
    await caches.service.retract(retraction('JUNO', { uuid: observed.uuid }, { receivedTime: RECEIVED }));
    expect((await caches.service.observe(observed)).observation.state).toBe(state);
  });

  test.each([1, 2])('posted at the same time, 200 rounds with %i replicas: never lost', async (replicas) => {
    const others = replicas === 1 ? caches.service : caches.replica();
    const ways = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const observed = observation('JUNO', at(round));
      const retracting = others.retract(retraction('JUNO', { uuid: observed.uuid }));
      // A little later in some rounds, so that either may win.
      for (let turn = 0; turn < round % 10; turn++) await new Promise(setImmediate);
      const [answer] = await Promise.all([retracting, caches.service.observe(observed)]);
      ways.add(answer.pending ? 'the retraction first' : 'the observation first');
    }
    expect(ways.size).toBe(2);
    expect(new Set((await caches.states()).values())).toEqual(new Set(['retracted']));
    expect(await caches.tables()).toEqual([]);
  });
});

describe('over REST', () => {
  let service: RestService;
  const message = (fields: object) => ({ detector_name: 'JUNO', is_test: true, uuid: randomUUID(), ...fields });
  const time = { neutrino_time_utc: '2030-01-01T12:34:45Z' };

  beforeEach(async () => {
    service = await startRestService();
  });

  afterEach(async () => {
    expect(await service.differences()).toEqual([]);
    await service.stop();
  });

  test('before its observation it is 202, the observation then 201', async () => {
    const observed = message(time);
    const retract = message({ retract_message_uuid: observed.uuid });
    expect(await service.post<RetractAnswer>('/v1/retractions', retract)).toMatchObject({
      status: 202,
      body: { pending: true, retracted: [], alerts: [] },
    });
    expect(await service.post<ObserveAnswer>('/v1/observations', observed)).toMatchObject({
      status: 201,
      body: { observation: { state: 'retracted' }, alerts: [] },
    });
    expect(await service.post('/v1/retractions', retract)).toMatchObject({ status: 200, body: { duplicate: true } });
  });

  test("another detector's is 403, already retracted 200, none active 404", async () => {
    const observed = message(time);
    await service.post('/v1/observations', observed);
    const byOther = message({ detector_name: 'DUNE', retract_message_uuid: observed.uuid });
    expect(await service.post('/v1/retractions', byOther)).toMatchObject({ status: 403 });
    const latest = () => message({ retract_latest_n: 3 });
    expect(await service.post('/v1/retractions', latest())).toMatchObject({ body: { retracted: [observed.uuid] } });
    expect(await service.post('/v1/retractions', latest())).toMatchObject({ status: 404 });
    const again = message({ retract_message_uuid: observed.uuid });
    expect(await service.post('/v1/retractions', again)).toMatchObject({ status: 200, body: { retracted: [] } });
  });
});
