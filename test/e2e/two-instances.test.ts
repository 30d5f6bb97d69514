import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { CACHE_NAMES } from '../../src/domain/cache-name.js';
import type { CoincidencesView } from '../../src/domain/views.js';
import { expectCleanAudits, expectStoredOnce } from '../support/acknowledged.js';
import { followAlerts } from '../support/alert-follower-client.js';
import { query } from '../support/embedded-harness.js';
import { startLoad } from '../support/load.js';
import { silentLog } from '../support/logs.js';
import { ADMIN_KEY, siteForEachTest } from '../support/service-process.js';

const SECONDS = Number(process.env.TWO_INSTANCES_SECONDS ?? 10);

let postgres: EmbeddedPostgres;

const site = siteForEachTest();
beforeEach(async () => {
  postgres = await startEmbeddedPostgres({ dataDirectory: site.dataDirectory, log: silentLog });
});
afterEach(async () => {
  await postgres.stop();
});

test(
  `two instances on one database, posting at once for ${SECONDS} s: same tables from both, all alerts in order from both`,
  async () => {
    const environment = { DATABASE_URL: postgres.url };
    // They start at the same time, on an empty database.
    const services = await Promise.all([site.start(environment), site.start(environment)]);
    const urls = services.map(({ url }) => url);
    const followers = urls.map((url) => followAlerts(url, ADMIN_KEY));
    const load = startLoad({
      url: (connection) => urls[connection % urls.length] ?? '',
      key: ADMIN_KEY,
      connections: 8,
      paceMs: 5,
      onFailure: (failure) => expect.unreachable(`a post failed: ${JSON.stringify(failure)}`),
    });
    // The load lasts as long as that.
    await pause(SECONDS * 1000);
    const posted = await load.stop();

    await expectStoredOnce(postgres.url, posted);
    await expectCleanAudits(postgres.url);
    let alerts = 0;
    for (const cache of CACHE_NAMES) {
      const [one, other] = await Promise.all(urls.map((url) => tablesOf(url, cache)));
      expect(one).toEqual(other);
      expect(one?.version).toBeGreaterThan(0);
      const { rows } = await query(postgres.url, `SELECT count(*)::int AS alerts FROM alert WHERE cache = '${cache}'`);
      for (const follower of followers) await follower.expectAll(cache, rows[0].alerts);
      alerts += rows[0].alerts;
    }
    for (const follower of followers) await follower.stop();
    console.info(`two instances, ${SECONDS} s: ${posted.length} messages answered, ${alerts} alerts from each`);

    for (const service of services) service.send('SIGTERM');
    for (const service of services) expect(await service.ended).toEqual({ code: 0, signal: null });
  },
  120_000 + SECONDS * 1000,
);

async function tablesOf(url: string, cache: string): Promise<CoincidencesView> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const response = await fetch(`${url}/v1/coincidences?cache=${cache}`, { headers });
  return (await response.json()) as CoincidencesView;
}
