import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ObserveAnswer, RetractAnswer } from '../../../src/domain/views.js';
import {
  at,
  type Caches,
  expectCleanAudit,
  expectRefused,
  observation,
  openCaches,
  reset,
  retraction,
  tableText,
} from '../../support/caches.js';
import { type RestService, startRestService } from '../../support/rest-service.js';

describe('the same uuid takes effect once', () => {
  let caches: Caches;

  beforeEach(async () => {
    caches = await openCaches();
  });

  afterEach(async () => {
    await caches.close();
  });

  test('an observation again answers with the alerts of the first time and the tables of today', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    const observed = observation('DUNE', at(1));
    const first = await caches.service.observe(observed);
    await caches.service.observe(observation('SNO+', at(2)));

    const again = await caches.service.observe(observed);
    expect(again).toMatchObject({ duplicate: true, observation: first.observation });
    expect(again.alerts).toEqual(first.alerts);
    expect(again.sub_groups.map(tableText)).toEqual(['0: JUNO+0 DUNE+1 SNO++2']);
    await expectCleanAudit(caches);
  });

  test.each([
    ['the receipt', { receivedTime: at(3000) }],
    ['who brought it', { source: 'somebody else' }],
    ['the id', { id: 'another id' }],
    ['meta', { meta: { run: 42 } }],
  ])('%s does not make it another message', async (_, fields) => {
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    expect(await caches.service.observe({ ...observed, ...fields })).toMatchObject({ duplicate: true });
  });

  test.each([
    ['cache', { cache: 'test' as const }],
    ['detector', { detectorName: 'DUNE' }],
    ['time, by a nanosecond', { neutrinoTime: at(1e-9) }],
    ['p-value', { pVal: 0.25 }],
    ['p-value, absent', { pVal: null }],
  ])('with another %s it is a conflict, and changes nothing', async (_, fields) => {
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    const before = await caches.coincidences();
    await expectRefused(caches.service.observe({ ...observed, ...fields }), 'conflict');
    expect(await caches.coincidences()).toEqual(before);
    expect(await caches.tables('test')).toEqual([]);
  });

  test('a retraction again answers with what it retracted and alerted, and retracts no more', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.observe(observation('DUNE', at(1)));
    await caches.service.observe(observation('JUNO', at(2)));
    const retract = retraction('JUNO', { latest: 1 });
    const first = await caches.service.retract(retract);
    expect(first.retracted).toHaveLength(1);
    const again = await caches.service.retract(retract);
    expect(again).toEqual({ ...first, duplicate: true, sub_groups: again.sub_groups });
    expect(again.sub_groups.map(tableText)).toEqual(['0: JUNO+0 DUNE+1']);
  });

  test.each([
    ['number', { target: { latest: 2 } }],
    ['target', { target: { uuid: randomUUID() } }],
    ['detector', { detectorName: 'DUNE' }],
    ['cache', { cache: 'firedrill' as const }],
  ])('a retraction with another %s is a conflict', async (_, fields) => {
    await caches.service.observe(observation('JUNO', at(0)));
    const retract = retraction('JUNO', { latest: 1 });
    await caches.service.retract(retract);
    await expectRefused(caches.service.retract({ ...retract, ...fields }), 'conflict');
  });

  test('the uuid of a retraction is none for an observation, and the other way round', async () => {
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    const retract = retraction('JUNO', { latest: 1 });
    await caches.service.retract(retract);
    await expectRefused(caches.service.observe(observation('JUNO', at(9), { uuid: retract.uuid })), 'conflict');
    const underOld = { uuid: observed.uuid };
    await expectRefused(caches.service.retract(retraction('JUNO', { latest: 1 }, underOld)), 'conflict');
    await expectRefused(caches.service.retract(retraction('JUNO', { uuid: randomUUID() }, underOld)), 'conflict');
  });

  test('a retraction that waits for its observation keeps its uuid too', async () => {
    const waiting = retraction('JUNO', { uuid: randomUUID() });
    expect(await caches.service.retract(waiting)).toMatchObject({ duplicate: false, pending: true });
    expect(await caches.service.retract(waiting)).toMatchObject({ duplicate: true, pending: true });
    await expectRefused(caches.service.retract({ ...waiting, target: { uuid: randomUUID() } }), 'conflict');
    await expectRefused(caches.service.observe(observation('JUNO', at(0), { uuid: waiting.uuid })), 'conflict');
  });

  test('posted 20 times at once, to two replicas', async () => {
    const replica = caches.replica();
    for (let round = 0; round < 20; round++) {
      const observed = observation('JUNO', at(100 * round));
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? caches.service : replica).observe({ ...observed })),
      );
      expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    }
    expect(await caches.tables()).toHaveLength(20);
    await expectCleanAudit(caches);
  });

  test('posted to two caches at once: one takes it, the other says conflict', async () => {
    for (let round = 0; round < 50; round++) {
      const live = observation('JUNO', at(100 * round));
      const answers = await Promise.allSettled([
        caches.service.observe(live),
        caches.service.observe({ ...live, cache: 'firedrill' }),
        caches.service.observe(observation('DUNE', at(100 * round + 1))),
        caches.service.observe(observation('DUNE', at(100 * round + 1), { cache: 'firedrill' })),
      ]);
      const [one, other, ...neighbours] = answers;
      expect([one?.status, other?.status].toSorted()).toEqual(['fulfilled', 'rejected']);
      const refused = [one, other].find((answer) => answer?.status === 'rejected');
      expect(refused).toMatchObject({ reason: { name: 'Rejection', reason: 'conflict' } });
      expect(neighbours.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    }
    await expectCleanAudit(caches);
  });

  test('posted to two caches at once where it coincides: one takes it, the other says conflict', async () => {
    const both = ['live', 'firedrill'] as const;
    for (let round = 0; round < 50; round++) {
      for (const cache of both) await caches.service.observe(observation('DUNE', at(100 * round), { cache }));
      const live = observation('JUNO', at(100 * round + 1));
      const answers = await Promise.allSettled(both.map((cache) => caches.service.observe({ ...live, cache })));
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = answers.find(({ status }) => status === 'rejected');
      expect(refused).toMatchObject({ reason: { name: 'Rejection', reason: 'conflict' } });
    }
    await expectCleanAudit(caches);
  });

  test('a reset forgets no uuid', async () => {
    await caches.service.observe(observation('DUNE', at(1)));
    const observed = observation('JUNO', at(0));
    const first = await caches.service.observe(observed);
    await caches.service.reset(reset());
    const again = await caches.service.observe(observed);
    expect(again).toMatchObject({ duplicate: true, sub_groups: [], observation: { state: 'reset' } });
    expect(again.alerts).toEqual(first.alerts);
    await expectRefused(caches.service.observe({ ...observed, pVal: 1 }), 'conflict');
    expect(await caches.tables()).toEqual([]);
  });
});

describe('over REST', () => {
  let service: RestService;
  const message = (fields: object) => ({ detector_name: 'JUNO', is_test: true, uuid: randomUUID(), ...fields });

  beforeEach(async () => {
    service = await startRestService();
  });

  afterEach(async () => {
    await service.stop();
  });

  test('the first time is 201, the same again 200, other content 409', async () => {
    const observed = message({ neutrino_time_utc: '2030-01-01T12:34:45.678999123Z', p_val: 0.07 });
    const first = await service.post<ObserveAnswer>('/v1/observations', observed);
    expect(first).toMatchObject({ status: 201, body: { duplicate: false } });
    const inAnotherForm = { ...observed, neutrino_time_utc: '2030-01-01 13:34:45.678999123+01:00' };
    const again = await service.post<ObserveAnswer>('/v1/observations', inAnotherForm);
    expect(again).toMatchObject({ status: 200, body: { duplicate: true, alerts: first.body.alerts } });
    const other = await service.post('/v1/observations', { ...observed, p_val: 0.08 });
    expect(other).toMatchObject({ status: 409, body: { status: 409, title: 'Conflict' } });
    expect(other.headers.get('content-type')).toBe('application/problem+json');
  });

  test('a retraction under the uuid of an observation is 409; without uuid, each is a message of its own', async () => {
    const time = { neutrino_time_utc: '2030-01-01T12:34:45Z' };
    const observed = message(time);
    await service.post('/v1/observations', observed);
    const underOld = message({ uuid: observed.uuid, retract_latest_n: 1 });
    expect(await service.post<RetractAnswer>('/v1/retractions', underOld)).toMatchObject({ status: 409 });
    for (let i = 0; i < 2; i++) {
      expect(await service.post('/v1/observations', message({ ...time, uuid: null }))).toMatchObject({ status: 201 });
    }
  });
});
