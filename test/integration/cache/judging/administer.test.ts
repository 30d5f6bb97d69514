import { describe, expect, test } from 'vitest';
import {
  alertTexts,
  at,
  checkedCachesForEachTest,
  expectCleanAudit,
  muting,
  observation,
  openCaches,
  reset,
} from '../../../support/caches.js';

const caches = checkedCachesForEachTest();

const mute = async (detector: string) => await caches.service.mute(muting('mute', detector));
const unmute = async (detector: string) => await caches.service.mute(muting('unmute', detector));

describe('muting a detector acts as a retraction of all its active observations', () => {
  test('its rows leave the tables, with the alerts of a retraction', async () => {
    const own = [observation('JUNO', at(0)), observation('JUNO', at(100))];
    const others = [observation('DUNE', at(1)), observation('SNO+', at(2)), observation('LVD', at(101))];
    for (const observed of [...own, ...others]) await caches.service.observe(observed);
    const answer = await mute('JUNO');
    expect(answer).toMatchObject({ cache: 'live', detector_name: 'JUNO', muted: true });
    expect(answer.observations).toEqual(own.map(({ uuid }) => uuid));
    expect(alertTexts(answer.alerts)).toEqual(['RETRACTION 0: DUNE SNO+', 'RETRACTION 1: LVD']);
    expect(await caches.tables()).toEqual(['0: DUNE+0 SNO++1', '1: LVD+0']);
    expect([...(await caches.states()).values()].toSorted()).toEqual(['active', 'active', 'active', 'muted', 'muted']);
  });

  test('what it sends meanwhile is kept and marked, in no table and without alert', async () => {
    await caches.service.observe(observation('DUNE', at(0)));
    await mute('JUNO');
    const answer = await caches.service.observe(observation('JUNO', at(1)));
    expect(answer).toMatchObject({ observation: { state: 'muted' }, sub_groups: [], alerts: [] });
    expect(await caches.tables()).toEqual(['0: DUNE+0']);
  });

  test('only in that cache', async () => {
    await mute('JUNO');
    const answer = await caches.service.observe(observation('JUNO', at(0), { cache: 'firedrill' }));
    expect(answer.observation.state).toBe('active');
  });
});

describe('unmuting acts as the observation of all again, in order of reception', () => {
  test('they come back into the tables, each with the alerts of an observation', async () => {
    const own = [observation('JUNO', at(1)), observation('JUNO', at(3)), observation('JUNO', at(200))];
    await caches.service.observe(observation('DUNE', at(2)));
    await mute('JUNO');
    for (const observed of own) await caches.service.observe(observed);
    const answer = await unmute('JUNO');
    expect(answer).toMatchObject({ muted: false, observations: own.map(({ uuid }) => uuid) });
    expect(alertTexts(answer.alerts)).toEqual(['COINC_MSG_STAGGERED 0: JUNO DUNE', 'UPDATE 0: DUNE JUNO']);
    expect(await caches.tables()).toEqual(['0: DUNE+0 JUNO+1', '1: JUNO+0']);
  });

  test('what was received before stays older than what came meanwhile', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await mute('JUNO');
    await unmute('JUNO');
    await caches.service.observe(observation('JUNO', at(5)));
    await mute('JUNO');
    await unmute('JUNO');
    expect(await caches.tables()).toEqual(['2: JUNO+0']);
  });
});

test('with the engine reference an unmute may cause the same alert twice: each has an id of its own', async () => {
  const asInSnewsCs = await openCaches({ engine: 'reference' });
  try {
    await asInSnewsCs.service.observe(observation('DUNE', at(1)));
    await asInSnewsCs.service.mute(muting('mute', 'JUNO'));
    // snews_cs takes what is out of reach for an update of the rows that there are.
    for (const time of [0, 100, 200]) await asInSnewsCs.service.observe(observation('JUNO', at(time)));
    const { alerts } = await asInSnewsCs.service.mute(muting('unmute', 'JUNO'));
    expect(alertTexts(alerts).slice(-2)).toEqual(['UPDATE 2: JUNO DUNE', 'UPDATE 2: JUNO DUNE']);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
    await expectCleanAudit(asInSnewsCs);
  } finally {
    await asInSnewsCs.close();
  }
});

describe('to do what is done changes nothing', () => {
  test.each(['mute', 'unmute'] as const)('%s twice', async (kind) => {
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.observe(observation('DUNE', at(1)));
    await caches.service.mute(muting(kind, 'JUNO'));
    const before = await caches.coincidences();
    const acts = await caches.query('SELECT count(*) AS acts FROM message');
    expect(await caches.service.mute(muting(kind, 'JUNO'))).toMatchObject({ observations: [], alerts: [] });
    expect(await caches.coincidences()).toEqual(before);
    expect((await caches.query('SELECT count(*) AS acts FROM message')).rows).toEqual(acts.rows);
  });
});

test('a reset forgets muted observations too, and leaves the detector muted', async () => {
  await caches.service.observe(observation('JUNO', at(0)));
  await mute('JUNO');
  expect((await caches.service.reset(reset())).dropped).toBe(1);
  expect((await caches.service.observe(observation('JUNO', at(1)))).observation.state).toBe('muted');
  expect((await unmute('JUNO')).observations).toHaveLength(1);
  expect(await caches.tables()).toEqual(['0: JUNO+0']);
});

test('a detector that is muted has sent nothing by that', async () => {
  await mute('JUNO');
  await unmute('JUNO');
  const { rows } = await caches.query(`SELECT last_message_at FROM detector WHERE name = 'JUNO'`);
  expect(rows).toEqual([{ last_message_at: null }]);
});

test('who muted whom, where and why is recorded', async () => {
  await mute('JUNO');
  await unmute('JUNO');
  const { rows } = await caches.query('SELECT actor, act, detail FROM admin_act ORDER BY id');
  const detail = { cache: 'live', detector: 'JUNO', reason: 'a test' };
  expect(rows).toEqual([
    { actor: 'tester', act: 'detector:mute', detail },
    { actor: 'tester', act: 'detector:unmute', detail },
  ]);
});
