import { describe, expect, test, vi } from 'vitest';
import { startSweeper } from '../../../src/cache/upkeep/sweeper.js';
import { createPool } from '../../../src/database/pool.js';
import type { HeartbeatSums } from '../../../src/domain/heartbeats/health.js';
import { addDuration, fromPosixMilliseconds, seconds } from '../../../src/domain/time.js';
import { at, cachesForEachTest, expectCleanAudit, heartbeat, observation } from '../../support/caches.js';
import { captureLog, silentLog } from '../../support/logs.js';
import { createRandom } from '../../support/random.js';

const DAY = 86_400_000;
const NOW = Math.floor(Date.now() / 1000) * 1000;

const caches = cachesForEachTest();

interface StoredBeat {
  readonly received: number;
  readonly status: string;
  readonly observed: boolean;
  readonly interval: number | null;
  readonly latency: number | null;
}

async function beatsOf(detector: string): Promise<StoredBeat[]> {
  const { rows } = await caches.query(
    `SELECT (extract(epoch FROM received_at) * 1000)::float8 AS received, status, observed,
      interval_ms::float8 AS interval, latency_s AS latency
    FROM heartbeat WHERE detector = $1 ORDER BY received_at, uuid`,
    [detector],
  );
  return rows;
}

async function pulseOf(detector: string): Promise<HeartbeatSums> {
  const { rows } = await caches.query(
    `SELECT (extract(epoch FROM last_beat_at) * 1000)::float8 AS "lastHeartbeat", beat_status AS "lastStatus",
      (extract(epoch FROM first_beat_at) * 1000)::float8 AS "firstHeartbeat", beats AS heartbeats, beat_squares::float8 AS squares
    FROM detector WHERE name = $1`,
    [detector],
  );
  return rows[0];
}

/** The sums anew, from nothing but the times of receipt. */
function summedUp(received: readonly number[]): Omit<HeartbeatSums, 'lastStatus'> {
  const lastHeartbeat = Math.max(...received);
  const day = received.filter((time) => time >= lastHeartbeat - DAY).sort((a, b) => a - b);
  const squares = day.slice(1).reduce((sum, time, i) => sum + (time - (day[i] as number)) ** 2, 0);
  return { lastHeartbeat, firstHeartbeat: day[0] as number, heartbeats: day.length, squares };
}

describe('a heartbeat', () => {
  test('is a live heartbeat message or live observation that was taken, once', async () => {
    const sent = fromPosixMilliseconds(NOW - 62_250);
    const beat = heartbeat('JUNO', NOW - 60_000, 'OFF', {
      heartbeat: { status: 'OFF', machineTime: null, sentTime: sent },
    });
    await caches.service.archive(beat);
    await caches.service.archive(beat);
    const late = observation('JUNO', at(-40 * 3600), { receivedTime: fromPosixMilliseconds(NOW - 57_500) });
    expect((await caches.service.observe(late)).observation.state).toBe('expired');
    await caches.service.observe(late);
    for (const cache of ['test', 'firedrill'] as const) {
      await caches.service.archive(heartbeat('JUNO', NOW, 'OFF', { cache }));
      await caches.service.observe(observation('JUNO', at(0), { cache }));
    }
    const { heartbeat: _, ...timingSeries } = heartbeat('JUNO', NOW, 'ON', { tier: 'TimingTier' });
    await caches.service.archive(timingSeries);
    expect(await beatsOf('JUNO')).toEqual([
      { received: NOW - 60_000, status: 'OFF', observed: false, interval: null, latency: 2.25 },
      { received: NOW - 57_500, status: 'ON', observed: true, interval: 2_500, latency: null },
    ]);
    expect(await pulseOf('JUNO')).toMatchObject({ lastHeartbeat: NOW - 57_500, lastStatus: 'ON', heartbeats: 2 });
    await expectCleanAudit(caches);
  });

  test('that a producer dates ahead counts as received now', async () => {
    await caches.service.archive(heartbeat('JUNO', NOW + 365 * DAY));
    const [beat] = await beatsOf('JUNO');
    expect(Math.abs((beat as StoredBeat).received - Date.now())).toBeLessThan(60_000);
  });

  test.each([1, 2, 3])(
    'counts by its time of receipt, whatever the order and the replica it comes by (%i)',
    async (seed) => {
      const random = createRandom(seed);
      const replicas = [caches.service, caches.replica()];
      // More than two days, so that the last one leaves many behind; some at the same millisecond.
      const times = Array.from({ length: 240 }, () => NOW - random.whole(220) * 900_000 - random.whole(3));
      const sorted = [...times].sort((a, b) => a - b);
      // In order but for some, and then in turmoil.
      const disordered = sorted.map((time, i) => (i % 7 === 0 || i > 200 ? random.pick(times) : time));
      for (let i = 0; i < disordered.length; ) {
        const some = disordered.slice(i, i + 1 + random.whole(12));
        i += some.length;
        await Promise.all(
          some.map((time) =>
            random.whole(3) === 0
              ? random.pick(replicas).observe(
                  observation('JUNO', addDuration(fromPosixMilliseconds(time), seconds(-1)), {
                    receivedTime: fromPosixMilliseconds(time),
                  }),
                )
              : random.pick(replicas).archive(heartbeat('JUNO', time)),
          ),
        );
        expect(await pulseOf('JUNO')).toMatchObject(summedUp(disordered.slice(0, i)));
      }
      const stored = await beatsOf('JUNO');
      expect(stored.map(({ received }) => received)).toEqual([...disordered].sort((a, b) => a - b));
      expect(stored.map(({ interval }) => interval)).toEqual(
        stored.map(({ received }, i) => (i === 0 ? null : received - (stored[i - 1] as StoredBeat).received)),
      );
    },
  );

  test('of the same instant as another leaves the word to who came last', async () => {
    await caches.service.archive(heartbeat('JUNO', NOW - 5, 'ON'));
    await caches.service.archive(heartbeat('JUNO', NOW - 5, 'OFF'));
    await caches.service.archive(heartbeat('JUNO', NOW - 6, 'ON'));
    expect(await pulseOf('JUNO')).toMatchObject({ lastHeartbeat: NOW - 5, lastStatus: 'OFF', heartbeats: 3 });
  });
});

test('heartbeats go after their retention, but for the day before the last one', async () => {
  for (const days of [11, 10, 9.5, 9.2]) await caches.service.archive(heartbeat('JUNO', NOW - days * DAY));
  for (const days of [8, 1]) await caches.service.archive(heartbeat('DUNE', NOW - days * DAY));
  const pool = createPool(caches.databaseUrl, silentLog);
  const { log, lines } = captureLog('info');
  const week = { observations: 400 * DAY, messages: 400 * DAY, heartbeats: 7 * DAY };
  const sweeper = startSweeper(caches.service, pool, week, log);
  // What the quota counts needs no week.
  const gone = [
    ['heartbeats', 2],
    ['counts of archived messages', 5],
  ];
  await vi.waitFor(() => expect(lines.map(({ details }) => [details['what'], details['removed']])).toEqual(gone), {
    timeout: 60_000,
  });
  await sweeper.stop();
  await pool.end();
  expect((await beatsOf('JUNO')).map(({ received }) => (NOW - received) / DAY)).toEqual([10, 9.5, 9.2]);
  expect((await beatsOf('DUNE')).map(({ received }) => (NOW - received) / DAY)).toEqual([1]);
});

test('whose detector another transaction holds waits for it without holding what that one wants next', async () => {
  await caches.query("UPDATE detector SET last_message_at = now() WHERE name = 'JUNO'");
  const pool = createPool(caches.databaseUrl, silentLog);
  const other = await pool.connect();
  try {
    await other.query('BEGIN');
    await other.query("SELECT FROM detector WHERE name = 'JUNO' FOR NO KEY UPDATE");
    // The first goes alone, the two behind it together.
    const archived = ['DUNE', 'LVD', 'JUNO'].map((name) => caches.service.archive(heartbeat(name, NOW - 1_000)));
    await vi.waitFor(
      async () => {
        const { rows } = await caches.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        expect(rows).toHaveLength(1);
      },
      { timeout: 60_000 },
    );
    await other.query("SELECT FROM detector WHERE name = 'LVD' FOR NO KEY UPDATE NOWAIT");
    await other.query('COMMIT');
    await Promise.all(archived);
    expect(await beatsOf('LVD')).toHaveLength(1);
  } finally {
    other.release();
    await pool.end();
  }
});
