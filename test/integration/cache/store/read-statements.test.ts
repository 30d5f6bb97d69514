import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LOCK_DETECTORS, WRITE_HEARTBEATS } from '../../../../src/cache/store/heartbeat-statements.js';
import * as sql from '../../../../src/cache/store/read-statements.js';
import type { Statement } from '../../../../src/cache/store/statement.js';
import * as writes from '../../../../src/cache/store/write-statements.js';
import { cachesForEachTest, poolForEachTest } from '../../../support/caches.js';
import { silentLog } from '../../../support/logs.js';

const MORE_ROWS = 6_000;
/** Pages that a few more levels of indexes, and a few rows more, may cost. */
const TOLERANCE = 80;

let client: pg.PoolClient;

const caches = cachesForEachTest();
const pool = poolForEachTest(caches, silentLog);
beforeEach(async () => {
  client = await pool.connect();
});
afterEach(async () => {
  client.release();
});

const NOW = '2030-01-01T00:00:00Z';
const UUID = randomUUID();
const HOT: readonly [statement: Statement, parameters: readonly string[]][] = [
  [sql.LOCK_CACHE, ['live']],
  [sql.CONTEXT, ['live', `{${UUID}}`, `{${UUID}}`, '{JUNO}', '{1}', '1', NOW]],
  [sql.OBSERVATIONS_NEAR, ['live', '{10,5000}', '{20,5010}']],
  [sql.SUB_GROUPS_NEAR, ['live', '{10,5000}', '{20,5010}']],
  [sql.ROW_DETAILS, ['live', '{1,5}']],
  [sql.ROW_DETAILS_NEAR, ['live', '{10,5000}', '{20,5010}']],
  [sql.STANDING_OF_DETECTOR, ['live', 'JUNO', '2', '1000000']],
  [sql.IS_ANY_DUE, ['live', '5']],
  [sql.DUE_TO_EXPIRE, ['live', '5', '1001']],
  [sql.DUE_NEAR, ['live', '{10,5000}', '{20,5010}', '5']],
  [sql.EVENTS_OF_DAYS, ['live', '{20300101}']],
  [writes.WRITE_MESSAGES, Array(10).fill('{}')],
  [writes.WRITE_OBSERVATIONS, ['live', ...Array(16).fill('{}')]],
  [writes.WRITE_STATES, ['[{"cache":"live","command":7,"state":"retracted","retracted_by":null}]']],
  [writes.WRITE_CLOSED_SUB_GROUPS, ['{3}', NOW]],
  [writes.WRITE_CHANGED_SUB_GROUPS, ['{5}', NOW, '{5}', '{1}', '{1}', '{"{1}"}', '{"{0}"}', '{null}', '{f}', '{null}']],
  [writes.WRITE_OPENED_SUB_GROUPS, ['live', NOW, ...Array(8).fill('{}')]],
  [writes.WRITE_EVENT_STATES, ['{SN-20300101-1}', '{closed}', NOW]],
  [sql.ARCHIVE_CONTEXT, [`{${UUID}}`, '{JUNO}', '{29700000}']],
  [LOCK_DETECTORS, ['{JUNO}']],
  [
    WRITE_HEARTBEATS,
    [`[{"uuid":"${UUID}","detector":"JUNO","received_at":"${NOW}","status":"ON","observed":false,"place":0}]`],
  ],
];

test.each([0, 300, 3_000])(
  'what a hot statement reads does not grow with the tables, even by the plan that was made when they had %i rows',
  async (before) => {
    for (const table of ['observation', 'message', 'sub_group', 'heartbeat']) {
      await caches.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
    }
    const empty = await pagesRead();
    // Nobody analyzes tables that were never written.
    if (before > 0) {
      await fill(1, before);
      await caches.query('ANALYZE');
    }
    await client.query('DEALLOCATE ALL');
    await pagesRead();
    await fill(before + 1, before + MORE_ROWS);
    const full = await pagesRead();
    const grown = Object.entries(full).filter(([name, pages]) => pages > (empty[name] ?? 0) + TOLERANCE);
    expect(Object.keys(full)).toHaveLength(HOT.length);
    expect(grown).toEqual([]);
  },
);

/** Pages that each statement touches, in a transaction that is rolled back. */
async function pagesRead(): Promise<Record<string, number>> {
  const pages: Record<string, number> = {};
  for (const [{ name, text }, parameters] of HOT) {
    const { rowCount } = await client.query('SELECT FROM pg_prepared_statements WHERE name = $1', [name]);
    if (rowCount === 0) await client.query(`PREPARE "${name}" AS ${text}`);
    const given = parameters.map((parameter) => client.escapeLiteral(parameter)).join();
    await client.query('BEGIN');
    const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE "${name}" (${given})`);
    await client.query('ROLLBACK');
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
    pages[name] = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }
  return pages;
}

/** Observations, half of which are over, each with a table; nobody updates the statistics. */
async function fill(first: number, last: number): Promise<void> {
  await caches.query(
    `INSERT INTO message (uuid, kind, cache, command, detector, received_at, fingerprint, source)
    SELECT gen_random_uuid(), 'CoincidenceTier', 'live', 100000 + n, 'JUNO', now(), '', '' FROM generate_series(${first}, ${last}) n`,
  );
  await caches.query(
    `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns, state, is_pre_sn)
    SELECT gen_random_uuid(), 'live', n, '', (ARRAY['JUNO', 'DUNE'])[1 + n / 2 % 2], '', n, n, 1000000 + n,
      (ARRAY['active', 'reset'])[1 + n % 2], false FROM generate_series(${first}, ${last}) n`,
  );
  await caches.query(
    `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, created_at, updated_at, event_id, coincides)
    SELECT 'live', n, n, n, ARRAY[n], ARRAY[0], now(), now(), 'SN-20300101-1', true FROM generate_series(${first}, ${last}) n`,
  );
  // A second apart, up to a second before the one that is written.
  await caches.query(
    `INSERT INTO heartbeat (detector, uuid, received_at, status, observed, interval_ms)
    SELECT 'JUNO', gen_random_uuid(), timestamptz '${NOW}' - n * interval '1 second', 'ON', false, 1000 FROM generate_series(${first}, ${last}) n`,
  );
  await caches.query(
    `UPDATE detector SET (first_beat_at, last_beat_at, beats) = (SELECT min(received_at), max(received_at), count(*) FROM heartbeat),
      beat_status = 'ON' WHERE name = 'JUNO'`,
  );
}
