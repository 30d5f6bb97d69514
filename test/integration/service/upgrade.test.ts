import { expect, test } from 'vitest';
import { expectCleanAudits, expectStoredOnce } from '../../support/acknowledged.js';
import { followAlerts } from '../../support/alert-follower-client.js';
import { until } from '../../support/embedded-harness.js';
import { type Failure, startLoad } from '../../support/load.js';
import { ADMIN_KEY, restServiceForEachTest } from '../../support/rest-service.js';

const service = restServiceForEachTest({ SHADOW_ENGINE: 'reference', LOG_LEVEL: 'warn' });

/** Reads of all kinds; a prepared statement of each is there before the tables change. */
const READS = [
  '/v1/status',
  '/v1/coincidences',
  '/v1/observations',
  '/v1/alerts?cache=live',
  '/v1/events',
  '/v1/detectors',
  '/v1/detectors/JUNO',
  '/v1/detectors/JUNO/heartbeats',
  '/v1/admin/acts',
  '/v1/admin/contacts',
  '/v1/admin/dead-letters',
  '/v1/admin/deliveries',
  '/v1/admin/keys',
  '/v1/observation-rates',
  '/v1/shadow',
  '/metrics',
];

async function readAll(): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const path of READS) {
    const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    await answer.text();
    if (answer.status !== 200) failures.push(`${path}: ${answer.status}`);
  }
  return failures;
}

test('a replica goes on, and loses nothing, while a newer version adds a column to every table', async () => {
  const failures: Failure[] = [];
  const load = startLoad({
    url: () => service.url,
    key: ADMIN_KEY,
    connections: 8,
    paceMs: 5,
    onFailure: (failure) => failures.push(failure),
  });
  const followers = followAlerts(service.url, ADMIN_KEY);
  const beat = async () => {
    const answer = await service.post('/v1/heartbeats', { detector_name: 'JUNO', detector_status: 'ON' });
    expect(answer.status).toBe(201);
  };
  await until(() => load.posted.length >= 50);
  await beat();
  expect(await readAll()).toEqual([]);

  const { rows } = await service.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    AND tablename <> '_prisma_migrations' ORDER BY tablename`);
  expect(rows.length).toBeGreaterThan(20);
  for (const { tablename } of rows) {
    const before = load.posted.length;
    await service.query(`ALTER TABLE "${tablename}" ADD COLUMN added_later integer NOT NULL DEFAULT 1`);
    await until(() => load.posted.length >= before + 5);
  }
  await beat();
  expect(await readAll()).toEqual([]);
  const before = load.posted.length;
  await until(() => load.posted.length >= before + 50);

  const posted = await load.stop();
  expect(failures).toEqual([]);
  expect(posted.filter(({ answer }) => answer.status >= 400 && answer.status !== 404 && answer.status !== 422)).toEqual(
    [],
  );
  await expectStoredOnce(service.databaseUrl, posted);
  await expectCleanAudits(service.databaseUrl);
  const alerts = await service.query(`SELECT count(*)::int AS live FROM alert WHERE cache = 'live'`);
  await followers.expectAll('live', alerts.rows[0].live);
  await followers.stop();
});
