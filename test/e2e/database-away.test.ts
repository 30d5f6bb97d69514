import { describe, expect, test } from 'vitest';
import { signal } from '../../src/database/embedded/processes.js';
import { expectCleanAudits, expectStoredOnce } from '../support/acknowledged.js';
import { followAlerts } from '../support/alert-follower-client.js';
import { query, until } from '../support/embedded-harness.js';
import { type Load, observation, post, startLoad } from '../support/load.js';
import { ADMIN_KEY, type ServiceProcess, siteForEachTest } from '../support/service-process.js';
import { createTcpProxy } from '../support/tcp-proxy.js';

/** How long a client waits for an answer. Usually it comes within 5 s. */
const PATIENCE_MS = 60_000;

const site = siteForEachTest();

async function readiness({ url }: ServiceProcess): Promise<number> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await answer.text();
  return answer.status;
}

function startLoadOn({ url }: ServiceProcess): Load {
  return startLoad({ url: () => url, key: ADMIN_KEY, connections: 8, paceMs: 10 });
}

async function answersMore(load: Load, count: number): Promise<void> {
  const before = load.posted.length;
  await until(() => load.posted.length >= before + count);
}

/** Everything works again: what was acknowledged before, meanwhile and after is there, and was told to followers. */
async function expectResumed(databaseUrl: string, load: Load, service: ServiceProcess): Promise<void> {
  await answersMore(load, 100);
  const posted = await load.stop();
  expect(await readiness(service)).toBe(200);
  await expectStoredOnce(databaseUrl, posted);
  await expectCleanAudits(databaseUrl);
}

/** A post and the readiness while the database is away, before a client gives up. */
async function expectAway(service: ServiceProcess): Promise<void> {
  const answer = await post(`${service.url}/v1/observations`, observation('LZ'), ADMIN_KEY);
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'content-type': 'application/problem+json', 'retry-after': expect.stringMatching(/^\d+$/) },
    body: { status: 503, title: 'Service Unavailable' },
  });
  expect(await readiness(service)).toBe(503);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
}

describe('while PostgreSQL is away posts are answered 503, and all resumes by itself', () => {
  test('when it can not be reached', async () => {
    const keeper = await site.start();
    const databaseUrl = await site.databaseUrl();
    const direct = new URL(databaseUrl);
    const proxy = await createTcpProxy(direct.hostname, Number(direct.port));
    const throughProxy = new URL(databaseUrl);
    throughProxy.port = String(proxy.port);
    const service = await site.start({ DATABASE_URL: throughProxy.href });
    const followers = followAlerts(service.url, ADMIN_KEY);
    const load = startLoadOn(service);
    await answersMore(load, 100);
    for (let time = 0; time < 3; time++) {
      await proxy.cut();
      await expectAway(service);
      await proxy.restore();
      await until(async () => (await readiness(service)) === 200);
      await answersMore(load, 50);
    }
    await expectResumed(databaseUrl, load, service);
    const { rows } = await query(databaseUrl, `SELECT count(*)::int AS alerts FROM alert WHERE cache = 'live'`);
    await followers.expectAll('live', rows[0].alerts);
    await followers.stop();
    service.send('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(keeper.isRunning).toBe(true);
    await proxy.cut();
  });

  test.each(['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)(
    'when the embedded one ends by %s: it is started again',
    async (name) => {
      const service = await site.start();
      const load = startLoadOn(service);
      for (let time = 0; time < 2; time++) {
        await answersMore(load, 100);
        const pid = await site.postgresPid();
        if (pid === undefined) throw new Error('PostgreSQL does not run');
        signal(pid, name);
        await until(async () => ![undefined, pid].includes(await site.postgresPid()));
        await until(async () => (await readiness(service)) === 200);
      }
      await expectResumed(await site.databaseUrl(), load, service);
    },
  );

  test('when it stands still', async () => {
    const service = await site.start();
    const load = startLoadOn(service);
    await answersMore(load, 100);
    const stopped = [await site.postgresPid(), ...(await site.postgresWorkers())].filter((pid) => pid !== undefined);
    for (const pid of stopped) signal(pid, 'SIGSTOP');
    try {
      await expectAway(service);
    } finally {
      for (const pid of stopped) signal(pid, 'SIGCONT');
    }
    await until(async () => (await readiness(service)) === 200);
    await expectResumed(await site.databaseUrl(), load, service);
  });
});
