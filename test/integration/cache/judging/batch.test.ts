import { describe, expect, test } from 'vitest';
import { addDuration, seconds } from '../../../../src/domain/time.js';
import {
  alertTexts,
  at,
  cachesForEachTest,
  expectCleanAudit,
  expectRefused,
  muting,
  observation,
  RECEIVED,
  reset,
  retraction,
} from '../../../support/caches.js';

const caches = cachesForEachTest();

/** Those that are posted while a first command is under way share the next transaction. */
async function together<T>(...post: (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
  const first = caches.service.observe(observation('LZ', at(900)));
  const others = Promise.allSettled(post.map((one) => one()));
  await first;
  return others;
}

describe('commands that share a transaction do what they do alone', () => {
  test.each([
    ['a retraction of the latest', () => caches.service.retract(retraction('JUNO', { latest: 1 }))],
    ['a mute', () => caches.service.mute(muting('mute', 'JUNO'))],
  ])('an observation after %s, at quite another time', async (_, before) => {
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.observe(observation('DUNE', at(500)));
    const observed = observation('SNO+', at(503));
    await together<unknown>(before, () => caches.service.observe(observed));
    expect(await caches.tables()).toEqual(['1: DUNE+0 SNO++3', '2: LZ+0']);
    await expectCleanAudit(caches);
  });

  test('an observation after an unmute, at quite another time', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.mute(muting('mute', 'JUNO'));
    await caches.service.observe(observation('DUNE', at(500)));
    await together<unknown>(
      () => caches.service.mute(muting('unmute', 'JUNO')),
      () => caches.service.observe(observation('SNO+', at(503))),
    );
    expect(await caches.tables()).toEqual(['1: DUNE+0 SNO++3', '2: LZ+0', '3: JUNO+0']);
    await expectCleanAudit(caches);
  });

  test('observations after a reset: numbers begin at 0, alerts have ids of the new count of resets', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await together<unknown>(
      () => caches.service.reset(reset()),
      () => caches.service.observe(observation('DUNE', at(1))),
      () => caches.service.observe(observation('SNO+', at(2))),
    );
    expect(await caches.tables()).toEqual(['0: DUNE+0 SNO++1']);
    await expectCleanAudit(caches);
  });

  test('a retraction by uuid after a retraction of the latest that took its observation finds nothing', async () => {
    const observed = observation('JUNO', at(0));
    await caches.service.observe(observed);
    const [latest, byUuid] = await together(
      () => caches.service.retract(retraction('JUNO', { latest: 1 })),
      () => caches.service.retract(retraction('JUNO', { uuid: observed.uuid })),
    );
    expect(latest).toMatchObject({ value: { retracted: [observed.uuid] } });
    expect(byUuid).toMatchObject({ value: { retracted: [], pending: false } });
    await expectCleanAudit(caches);
  });

  test('the alerts of each answer are those that it caused', async () => {
    const answers = await together(
      () => caches.service.observe(observation('JUNO', at(0))),
      () => caches.service.observe(observation('DUNE', at(1))),
      () => caches.service.observe(observation('SNO+', at(2))),
    );
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? alertTexts(answer.value.alerts) : []))).toEqual([
      [],
      ['COINC_MSG 1: JUNO DUNE'],
      ['COINC_MSG 1: JUNO DUNE SNO+'],
    ]);
  });
});

describe('a command that goes wrong spoils only itself', () => {
  test('50 at once, half of them refused', async () => {
    const bad = [
      () => observation('Gran Torino', at(0)),
      () => observation('JUNO', addDuration(RECEIVED, seconds(61))),
      () => observation('JUNO', addDuration(RECEIVED, seconds(-48 * 3600 - 1))),
    ];
    const commands = Array.from({ length: 50 }, (_, i) =>
      i % 2 === 0 ? observation('DUNE', at(20 * i)) : (bad[i % 3] ?? (() => observation('none', at(0))))(),
    );
    const answers = await Promise.allSettled(commands.map((command) => caches.service.observe(command)));
    expect(answers.map(({ status }) => status)).toEqual(
      commands.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
    );
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({ name: 'Rejection', reason: 'unprocessable' });
    }
    const { rows } = await caches.query('SELECT count(*)::int AS stored FROM observation');
    expect(rows).toEqual([{ stored: 25 }]);
    expect(await caches.tables()).toHaveLength(25);
    await expectCleanAudit(caches);
  });

  test('an error of the database that one of them causes', async () => {
    await caches.query(`
      CREATE FUNCTION refuse_kamland() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no KamLAND today'; END $$;
      CREATE TRIGGER refuse_kamland BEFORE INSERT ON observation FOR EACH ROW
        WHEN (NEW.detector_name = 'KamLAND') EXECUTE FUNCTION refuse_kamland()`);
    const names = ['JUNO', 'DUNE', 'KamLAND', 'SNO+', 'KamLAND', 'LVD'];
    const answers = await together(...names.map((name, i) => () => caches.service.observe(observation(name, at(i)))));
    expect(answers.map(({ status }) => status)).toEqual(
      names.map((name) => (name === 'KamLAND' ? 'rejected' : 'fulfilled')),
    );
    expect(await caches.tables()).toEqual(['0: LZ+0', '1: JUNO+0 DUNE+1 SNO++3 LVD+5'].toSorted());
    await expectCleanAudit(caches);
  });

  test('a refused command changes nothing, and its uuid is free', async () => {
    const refused = observation('JUNO', addDuration(RECEIVED, seconds(61)));
    const before = await caches.coincidences();
    await expectRefused(caches.service.observe(refused), 'unprocessable');
    expect(await caches.coincidences()).toEqual(before);
    const answer = await caches.service.observe({ ...refused, neutrinoTime: at(0) });
    expect(answer.duplicate).toBe(false);
  });
});
