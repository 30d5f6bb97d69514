import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { checkConsistency } from '../../../src/cache/history/consistency-check.js';
import { connectPatiently } from '../../../src/database/pool.js';
import { CACHE_NAMES } from '../../../src/domain/cache-name.js';
import { formatUtc, fromPosixMilliseconds } from '../../../src/domain/time.js';
import { followAlerts } from '../../support/alert-follower-client.js';
import { ownByRole } from '../../support/hostile-role.js';
import { ADMIN_KEY, startRestService } from '../../support/rest-service.js';

/** Within this of now a time is taken for now; a time zone is further off. */
const NOW_MS = 15 * 60_000;
const BEGINNING = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3 * 3_600_000;

const time = (seconds: number) => formatUtc(fromPosixMilliseconds(BEGINNING + seconds * 1_000));
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const MESSAGES: readonly (readonly [path: string, message: object])[] = [
  ['/v1/heartbeats', { uuid: uuid(1), detector_name: 'JUNO', detector_status: 'ON' }],
  [
    '/v1/observations',
    {
      uuid: uuid(2),
      detector_name: 'JUNO',
      neutrino_time_utc: time(0),
      p_val: 0.1234567890123456,
      meta: { é: '\\n"ÿ' },
    },
  ],
  ['/v1/observations', { uuid: uuid(3), detector_name: 'DUNE', neutrino_time_utc: time(1.123456789), p_val: 1e-300 }],
  ['/v1/observations', { uuid: uuid(4), detector_name: 'SNO+', neutrino_time_utc: time(2), machine_time_utc: time(3) }],
  ['/v1/observations', { uuid: uuid(4), detector_name: 'SNO+', neutrino_time_utc: time(2), machine_time_utc: time(3) }],
  ['/v1/observations', { uuid: uuid(5), detector_name: 'Super-K', neutrino_time_utc: time(40), is_test: true }],
  ['/v1/observations', { uuid: uuid(6), detector_name: 'nobody', neutrino_time_utc: time(40) }],
  ['/v1/retractions', { uuid: uuid(7), detector_name: 'DUNE', retract_latest_n: 1 }],
  ['/v1/retractions', { uuid: uuid(8), detector_name: 'DUNE', retract_message_uuid: uuid(99) }],
  [
    '/v1/timing-series',
    { uuid: uuid(9), detector_name: 'DUNE', neutrino_time_utc: time(0), timing_series: [time(0), time(1)] },
  ],
  [
    '/v1/admin/contacts',
    { detector: null, name: 'Zoë', email: 'zoe@example.org', wants_alerts: true, wants_warnings: false },
  ],
  ['/v1/admin/keys', { name: 'a key', role: 'reader' }],
  ['/v1/admin/detectors/LZ/mute', { reason: 'a test' }],
  ['/v1/admin/reset', { cache: 'test', reason: 'a test' }],
];

const READS = [
  '/v1/status',
  '/v1/coincidences',
  '/v1/coincidences?cache=test',
  '/v1/observations',
  `/v1/observations/${uuid(3)}`,
  '/v1/alerts?cache=live',
  '/v1/events',
  '/v1/detectors',
  '/v1/detectors/JUNO/heartbeats',
  '/v1/timing-series',
  '/v1/admin/acts',
  '/v1/admin/contacts',
  '/v1/admin/dead-letters',
  '/v1/admin/deliveries',
  '/v1/observation-rates',
  '/readyz',
];

/** The text of an answer without what differs from run to run: the present, and what is drawn by lot. */
function comparable(text: string): string {
  return text
    .replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z?/g, (found, utc) =>
      Math.abs(Date.parse(`${utc}Z`) - Date.now()) < NOW_MS ? '<now>' : found,
    )
    .replace(/"(latency_s|interval_s|lag|age_s|uptime_s|snews_version)":[^,}]+/g, '"$1":0')
    .replace(/"(key|id|hash)":"(snews_)?[A-Za-z0-9_-]{8,}"/g, '"$1":"<lot>"')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (found) =>
      found.startsWith('00000000') ? found : '<uuid>',
    );
}

/** Goes through the main flows. */
async function run(isHostile: boolean) {
  let owner: Awaited<ReturnType<typeof ownByRole>> | undefined;
  const service = await startRestService({}, async (databaseUrl) => {
    owner = await ownByRole(databaseUrl, isHostile);
    return owner.url;
  });
  const { url = '', role = '', set = [] } = owner ?? {};
  try {
    const followers = followAlerts(service.url, ADMIN_KEY);
    const answers: string[] = [];
    const ask = async (path: string, message?: object, accept = 'application/json') => {
      const answer = await fetch(`${service.url}${path}`, {
        headers: {
          authorization: `Bearer ${ADMIN_KEY}`,
          accept,
          ...(message && { 'content-type': 'application/json' }),
        },
        ...(message && { method: 'POST', body: JSON.stringify(message) }),
      });
      answers.push(`${path} ${answer.status} ${comparable(await answer.text())}`);
    };
    for (const [path, message] of MESSAGES) await ask(path, message);
    for (const path of READS) await ask(path);
    await ask('/v1/coincidences', undefined, 'text/csv');
    const client = await connectPatiently(url);
    const { rows } = await client.query(`SELECT count(*)::int AS live FROM alert WHERE cache = 'live'`);
    await client.end();
    await followers.expectAll('live', rows[0].live);
    await followers.stop();
    const audits = await Promise.all(CACHE_NAMES.map((cache) => checkConsistency(url, cache)));
    answers.push(JSON.stringify(audits));
    return { answers, set };
  } finally {
    await service.stop();
    const admin = new pg.Client({ connectionString: inject('postgresUrl') });
    await admin.connect();
    // It owns what is in it.
    await admin.query(`DROP DATABASE IF EXISTS ${new URL(service.databaseUrl).pathname.slice(1)} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${role}`);
    await admin.end();
  }
}

test('whatever is set for the role and the database, the results are the same', async () => {
  const plain = await run(false);
  const hostile = await run(true);
  console.info(`${hostile.set.length} settings were hostile`);
  expect(hostile.set.length).toBeGreaterThan(80);
  expect(hostile.answers).toEqual(plain.answers);
  expect(plain.answers.filter((answer) => / (2..) /.test(answer)).length).toBeGreaterThan(25);
});
