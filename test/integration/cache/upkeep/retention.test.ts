import { beforeEach, describe, expect, test, vi } from 'vitest';
import { startSweeper } from '../../../../src/cache/upkeep/sweeper.js';
import { createPool } from '../../../../src/database/pool.js';
import { addDuration, seconds } from '../../../../src/domain/time.js';
import {
  at,
  cachesForEachTest,
  expectCleanAudit,
  muting,
  observation,
  poolForEachTest,
  RECEIVED,
  retraction,
} from '../../../support/caches.js';
import { captureLog } from '../../../support/logs.js';

const HOUR_MILLISECONDS = 3_600_000;
const LONG_AGO = addDuration(RECEIVED, seconds(-10 * 86_400));

const { log, lines, messages, clear } = captureLog('info');
/** What was removed, and how much of it. */
const removed = () => lines.map(({ details }) => [details['what'], details['removed']]);

const caches = cachesForEachTest();
const pool = poolForEachTest(caches, log);
beforeEach(async () => {
  clear();
});

/** One sweep with retentions in hours. What it removes last is a count of long ago, put there as a sign. */
async function sweep(hours: number, ofMessages = hours): Promise<void> {
  clear();
  await caches.query(`INSERT INTO detector_minute VALUES ('test', 'LZ', 0, 1)`);
  const retention = {
    observations: hours * HOUR_MILLISECONDS,
    messages: ofMessages * HOUR_MILLISECONDS,
    heartbeats: hours * HOUR_MILLISECONDS,
  };
  const sweeper = startSweeper(caches.service, pool, retention, log);
  await vi.waitFor(() => expect(removed().at(-1)).toEqual(['counts per minute', expect.any(Number)]), {
    timeout: 60_000,
  });
  await sweeper.stop();
}

async function stored(): Promise<unknown> {
  const { rows } = await caches.query(`SELECT
    (SELECT count(*)::int FROM observation) AS observations, (SELECT count(*)::int FROM pending_retraction) AS pending,
    (SELECT count(*)::int FROM detector_minute) AS minutes, (SELECT count(*)::int FROM dead_letter) AS letters, (SELECT json_agg(kind ORDER BY kind) FROM message WHERE kind <> 'Switch') AS messages`);
  return rows[0];
}

test('what has outlived its retention goes; what is younger, and what tells how a history began, stays', async () => {
  const young = observation('SNO+', at(2));
  await caches.service.observe(observation('DUNE', LONG_AGO, { receivedTime: LONG_AGO }));
  await caches.service.observe(young);
  await caches.service.retract(retraction('SNO+', { uuid: young.uuid }));
  await caches.service.mute(muting('mute', 'KM3NeT'));
  const unseen = retraction('SNO+', { uuid: '00000000-0000-4000-8000-00000000abcd' }, { receivedTime: LONG_AGO });
  expect(await caches.service.retract(unseen)).toMatchObject({ pending: true });
  await caches.query(`UPDATE pending_retraction SET expires_at = '2000-01-01'`);
  await caches.query(`INSERT INTO dead_letter (cluster, topic, partition, position, received_at, headers, reason, detail, created_at)
    SELECT 'c', 't', 0, 0, created_at, '[]', 'malformed', 'no JSON', created_at FROM unnest(ARRAY[now(), '2000-01-01']) AS created_at`);
  await caches.query(`INSERT INTO detector_minute
    SELECT 'live', 'LZ', extract(epoch FROM now()) / 60 - 1440 * days, 1 FROM unnest(ARRAY[35, 37]) AS days`);
  await caches.query(`UPDATE message SET received_at = '2000-01-01' WHERE kind IN ('Mute', 'Expiry')`);
  expect(await stored()).toEqual({
    observations: 2,
    pending: 1,
    letters: 2,
    // Of three messages that came, one of which waits for its observation, and of two put there.
    minutes: 5,
    messages: ['CoincidenceTier', 'CoincidenceTier', 'Expiry', 'Mute', 'Retraction', 'Retraction'],
  });

  await sweep(72);

  expect(await stored()).toEqual({
    observations: 1,
    pending: 0,
    letters: 1,
    minutes: 4,
    messages: ['CoincidenceTier', 'Mute', 'Retraction'],
  });
  expect(removed()).toEqual([
    ['observations', 1],
    ['messages', 2],
    ['dead letters', 1],
    ['pending retractions', 1],
    ['counts per minute', 2],
  ]);
});

describe('observations and messages go each by their own retention', () => {
  const DAYS = [1, 10, 100];

  /** Of each age in days a retracted observation with its message, its retraction, and a message of no table. */
  async function fill(): Promise<void> {
    for (const days of DAYS) {
      const receivedTime = addDuration(RECEIVED, seconds(-days * 86_400));
      const seen = observation('SNO+', addDuration(at(2), seconds(-days * 86_400)), { receivedTime });
      await caches.service.observe(seen);
      await caches.service.retract(retraction('SNO+', { uuid: seen.uuid }, { receivedTime }));
    }
    const { rows } = await caches.query(`SELECT count(*)::int AS count FROM observation WHERE state <> 'active'`);
    expect(rows).toEqual([{ count: DAYS.length }]);
  }

  async function kept(): Promise<unknown> {
    const { rows } = await caches.query(`SELECT
      (SELECT count(*)::int FROM observation) AS observations,
      (SELECT count(*)::int FROM message WHERE kind = 'CoincidenceTier') AS arrivals,
      (SELECT count(*)::int FROM message WHERE kind = 'CoincidenceTier' AND body IS NOT NULL) AS bodies,
      (SELECT count(*)::int FROM message WHERE kind = 'Retraction') AS retractions`);
    return rows[0];
  }

  test('messages sooner: an observation keeps the mark of its arrival, and goes with it in its own time', async () => {
    await fill();
    await sweep(50 * 24, 5 * 24);
    expect(await kept()).toEqual({ observations: 2, arrivals: 2, bodies: 1, retractions: 1 });
    await sweep(5 * 24, 5 * 24);
    expect(await kept()).toEqual({ observations: 1, arrivals: 1, bodies: 1, retractions: 1 });
  });

  test('observations sooner: their messages stay', async () => {
    await fill();
    await sweep(5 * 24, 50 * 24);
    expect(await kept()).toEqual({ observations: 1, arrivals: 2, bodies: 2, retractions: 2 });
  });

  test('of an observation that has lost its message the uuid is still known', async () => {
    const receivedTime = addDuration(RECEIVED, seconds(-10 * 86_400));
    const seen = observation('SNO+', addDuration(at(2), seconds(-10 * 86_400)), { receivedTime });
    await caches.service.observe(seen);
    await caches.service.retract(retraction('SNO+', { uuid: seen.uuid }, { receivedTime }));
    await sweep(50 * 24, 5 * 24);
    expect(await kept()).toMatchObject({ observations: 1, bodies: 0 });
    expect(await caches.service.observe(seen)).toMatchObject({ duplicate: true });
  });
});

test('what stands never goes, however old: neither the observation nor its message', async () => {
  await caches.service.observe(observation('DUNE', at(1)));
  await caches.service.mute(muting('mute', 'JUNO'));
  await caches.service.observe(observation('JUNO', at(2)));
  await sweep(-1);
  expect(await stored()).toMatchObject({ observations: 2, messages: ['CoincidenceTier', 'CoincidenceTier', 'Mute'] });
  expect(removed()).toEqual([['counts per minute', 1]]);
  await expectCleanAudit(caches);
});

test('a sweep that fails says so', async () => {
  const closed = createPool(caches.databaseUrl, log);
  await closed.end();
  const sweeper = startSweeper(caches.service, closed, { observations: 0, messages: 0, heartbeats: 0 }, log);
  await vi.waitFor(() => expect(messages()).toEqual(['retention:failed']), { timeout: 60_000 });
  await sweeper.stop();
});
