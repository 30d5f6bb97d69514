import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { complete, observeAll } from '../../../src/domain/coincidence/complete.js';
import type { Observation } from '../../../src/domain/coincidence/engine.js';
import { addDuration, formatUtc, fromPosixMilliseconds, type Instant, seconds } from '../../../src/domain/time.js';
import { burdenedServiceForAllTests } from '../../support/burden.js';
import { databaseForAllTests } from '../../support/database.js';
import { ADMIN_KEY } from '../../support/service-process.js';

/** Observations within two windows, so that one in the middle stands in the tables of half of them. */
const OBSERVATIONS = Number(process.env['BIG_COMMAND_OBSERVATIONS'] ?? 1200);
const WINDOW = seconds(10);
/** Fewer than those that an observation in the middle changes. */
const TABLES = OBSERVATIONS * 0.4;

const database = databaseForAllTests();
const { service, burdenOf } = burdenedServiceForAllTests(database);
let detectors: string[];
const begin = addDuration(fromPosixMilliseconds(Date.now()), seconds(-7_200));

beforeAll(async () => {
  await fill();
  // The first messages compile what the others use.
  for (let n = 0; n < 20; n++) await post('/v1/observations', observation(n * 60 + 600, n));
});

describe('a message that changes hundreds of tables', () => {
  it('does not hold up the others as an observation', async () => {
    let n = 0;
    const burden = await burdenOf(async () => {
      const { status, answer } = await post('/v1/observations', observation(10.0001 + n++ / 1e3, 0));
      expect(status).toBe(201);
      expect(answer.sub_groups.length).toBeGreaterThan(TABLES);
      expect(answer.alerts.length).toBeGreaterThan(TABLES);
    });
    expect(burden).toMatchObject({ isLight: true });
  });

  it('nor as a retraction, nor when it comes again', async () => {
    let n = 0;
    let last = {};
    const retracting = await burdenOf(async () => {
      await post('/v1/observations', observation(10.0001 + n++ / 1e3, 1));
      last = { uuid: randomUUID(), detector_name: detectors[1], retract_latest_n: 1 };
      const { status, answer } = await post('/v1/retractions', last);
      expect(status).toBe(200);
      expect(answer.sub_groups.length).toBeGreaterThan(TABLES);
    });
    expect(retracting).toMatchObject({ isLight: true });
    const again = await burdenOf(async () => {
      const { status, answer } = await post('/v1/retractions', last);
      expect([status, answer.duplicate]).toEqual([200, true]);
      expect(answer.sub_groups.length).toBeGreaterThan(TABLES);
    });
    expect(again).toMatchObject({ isLight: true });
  });
});

function observation(second: number, n: number) {
  return {
    detector_name: detectors[n % detectors.length],
    neutrino_time_utc: formatUtc(at(second)),
    p_val: 0.1,
  };
}

function at(second: number): Instant {
  return addDuration(begin, seconds(Math.round(second * 1e6) / 1e6));
}

async function post(path: string, body: object) {
  const response = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { duplicate: boolean; sub_groups: unknown[]; alerts: unknown[] };
  return { status: response.status, answer };
}

async function fill(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  detectors = (await client.query('SELECT name FROM detector ORDER BY name')).rows.map(({ name }) => name);
  const observations: Observation[] = Array.from({ length: OBSERVATIONS }, (_, n) => ({
    order: n + 2,
    detector: detectors[n % detectors.length] as string,
    time: at((20 * n) / OBSERVATIONS),
  }));
  await client.query(
    `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns,
      state, p_val, is_pre_sn)
    SELECT gen_random_uuid(), 'live', command, 'x_CoincidenceTier_None', detector, text, time, time, 9e18::bigint, 'active', 0.5, false
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS o(command, detector, text, time)`,
    [
      observations.map(({ order }) => order),
      observations.map(({ detector }) => detector),
      observations.map(({ time }) => formatUtc(time)),
      observations.map(({ time }) => String(time)),
    ],
  );
  const tables = complete.subGroups(observeAll(complete.empty(WINDOW), observations));
  await client.query(
    `INSERT INTO event (id, cache, day, ordinal, state, pre_sn, created_at, updated_at)
    VALUES ('SN-20300101-1', 'live', '20300101', 1, 'open', false, now(), now())`,
  );
  await client.query(
    `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, coincides, event_id, created_at, updated_at)
    SELECT 'live', number, anchor, time, rows::bigint[], deltas::bigint[], true, 'SN-20300101-1', now(), now()
    FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::text[]) AS s(number, anchor, time, rows, deltas)`,
    [
      tables.map(({ number }) => number),
      tables.map(({ anchor }) => anchor.order),
      tables.map(({ anchor }) => String(anchor.time)),
      tables.map(({ rows }) => `{${rows.map((row) => row.observation.order).join()}}`),
      tables.map(({ rows }) => `{${rows.map((row) => row.delta).join()}}`),
    ],
  );
  await client.query(
    `UPDATE cache SET next_command = ${OBSERVATIONS + 10}, next_sub_group = ${tables.length} WHERE name = 'live'`,
  );
  await client.query('ANALYZE');
  await client.end();
}
