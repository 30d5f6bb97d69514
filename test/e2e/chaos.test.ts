import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { signal } from '../../src/database/embedded/processes.js';
import { CACHE_NAMES } from '../../src/domain/cache-name.js';
import { expectCleanAudits, expectDuplicates, expectStoredOnce, observationsOf } from '../support/acknowledged.js';
import { followAlerts } from '../support/alert-follower-client.js';
import { query, until } from '../support/embedded-harness.js';
import { anyOf, type Load, startLoad } from '../support/load.js';
import { ADMIN_KEY, freePort, type ServiceProcess, siteForEachTest } from '../support/service-process.js';

const KILLS = Number(process.env.CHAOS_KILLS ?? 6);
const CONNECTIONS = 8;
/** Each life lasts until so many more messages are answered, and a little. */
const POSTS_BETWEEN_KILLS = 100;

/** What dies, in which order: the service alone, or PostgreSQL too. */
const DEATHS = [['service'], ['service', 'postgres'], ['postgres', 'service']] as const;

const site = siteForEachTest();

test(
  `${KILLS} times kill -9 under load: nothing acknowledged is lost, nothing takes effect twice`,
  async () => {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    let service = await site.start({ PORT: port });
    const load = startLoad({ url: () => url, key: ADMIN_KEY, connections: CONNECTIONS, paceMs: 10 });
    const followers = followAlerts(url, ADMIN_KEY);

    const deaths: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await answersMore(load, POSTS_BETWEEN_KILLS);
      // At any moment.
      await pause(Math.random() * 300);
      // Each way at least once, then at random.
      const death = DEATHS[kill] ?? anyOf(DEATHS) ?? DEATHS[0];
      await die(service, death);
      deaths.push(death.join(' and '));
      service = await site.start({ PORT: port });
    }
    await answersMore(load, POSTS_BETWEEN_KILLS);
    const posted = await load.stop();

    const databaseUrl = await site.databaseUrl();
    await expectStoredOnce(databaseUrl, posted);
    await expectCleanAudits(databaseUrl);
    await expectDuplicates(url, ADMIN_KEY, posted, 100);
    let alerts = 0;
    for (const cache of CACHE_NAMES) {
      const { rows } = await query(databaseUrl, `SELECT count(*)::int AS alerts FROM alert WHERE cache = '${cache}'`);
      await followers.expectAll(cache, rows[0].alerts);
      alerts += rows[0].alerts;
    }
    await followers.stop();

    const retried = observationsOf(posted).filter(({ attempts }) => attempts > 1);
    const committed = retried.filter(({ answer }) => answer.body.duplicate);
    console.info(
      `${KILLS} kills (${deaths.join(', ')}): ${posted.length} messages answered, ${retried.length} after a failure, ` +
        `${committed.length} of which had been committed; ${alerts} alerts`,
    );
    expect(retried.length).toBeGreaterThan(0);
  },
  60_000 + KILLS * 15_000,
);

async function answersMore(load: Load, count: number): Promise<void> {
  const before = load.posted.length;
  await until(() => load.posted.length >= before + count);
}

async function die(service: ServiceProcess, order: (typeof DEATHS)[number]): Promise<void> {
  for (const victim of order) {
    if (victim === 'service') {
      service.send('SIGKILL');
    } else {
      const pid = await site.postgresPid();
      if (pid !== undefined) signal(pid, 'SIGKILL');
    }
    // The next one dies sooner or later than that.
    await pause(Math.random() * 100);
  }
  expect(await service.ended).toEqual({ code: null, signal: 'SIGKILL' });
}
