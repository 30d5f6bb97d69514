import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCacheService } from '../../../src/cache/service.js';
import { connectPatiently, createPool } from '../../../src/database/pool.js';
import { seconds } from '../../../src/domain/time.js';
import { openReads } from '../../../src/reads/reads.js';
import { followAlerts } from '../../support/alert-follower-client.js';
import { at, observation as command } from '../../support/caches.js';
import { until } from '../../support/embedded-harness.js';
import { observation, post } from '../../support/load.js';
import { silentLog } from '../../support/logs.js';
import { ADMIN_KEY, type RestService, startRestService } from '../../support/rest-service.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';

/**
 * Nobody waits longer for a connection that died without a word. Usually it is 2 to 5 s; TCP alone takes minutes to notice.
 * What it takes exactly is in test/unit/database/liveness.test.ts.
 */
const MOST_MS = 60_000;

const LISTENERS = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'snews listener'`;

let proxy: TcpProxy;
let service: RestService;

beforeEach(async () => {
  service = await startRestService({}, async (databaseUrl) => {
    const url = new URL(databaseUrl);
    proxy = await createTcpProxy(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    return url.href;
  });
});

afterEach(async () => {
  await proxy.cut();
  await service.stop();
});

interface Asked {
  readonly status: number;
  readonly ms: number;
}

async function timed(ask: () => Promise<number>): Promise<Asked> {
  const began = performance.now();
  const status = await ask();
  return { status, ms: performance.now() - began };
}

const posted = (flags: object = {}) =>
  timed(async () => (await post(`${service.url}/v1/observations`, observation('JUNO', flags), ADMIN_KEY)).status);

const read = (path: string) =>
  timed(async () => {
    const answer = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
    await answer.text();
    return answer.status;
  });

/** Uses many connections of the pools. */
async function warmUp(): Promise<void> {
  await until(async () => {
    const answers = await Promise.all([
      ...[{}, { is_test: true }, { is_firedrill: true }].map(posted),
      ...Array.from({ length: 8 }, () => read('/v1/coincidences')),
      ...Array.from({ length: 8 }, () => read('/readyz')),
    ]);
    return answers.every(({ status }) => status < 300);
  });
}

const statusesOf = (answers: readonly Asked[]) => [...new Set(answers.map(({ status }) => status))];
const slowest = (answers: readonly Asked[]) => Math.max(...answers.map(({ ms }) => ms));

test('connections that die without a word are found soon, by whoever waits first and for all others', async () => {
  await warmUp();
  proxy.strand();
  const first = await Promise.all([posted(), posted({ is_test: true }), read('/v1/coincidences'), read('/v1/events')]);
  console.info(`the first heard of it after ${Math.round(slowest(first))} ms`);
  expect(slowest(first)).toBeLessThan(MOST_MS);
  expect(statusesOf(first)).toEqual([503]);
  // The pools held more of them.
  const second = await Promise.all([
    ...Array.from({ length: 12 }, () => posted()),
    ...Array.from({ length: 8 }, () => read('/v1/coincidences')),
    read('/readyz'),
  ]);
  expect(statusesOf(second).toSorted()).toEqual([200, 201]);
});

test('behind a cable that was pulled every post and read is told so soon, and all resumes', async () => {
  await warmUp();
  proxy.hush();
  const asked: Promise<Asked>[] = [];
  for (let i = 0; i < 60; i++) {
    asked.push(posted(), read('/v1/coincidences'));
    // For longer than it takes to find the first connection dead.
    await delay(150);
  }
  const answers = await Promise.all(asked);
  console.info(`nobody waited longer than ${Math.round(slowest(answers))} ms`);
  expect(statusesOf(answers)).toEqual([503]);
  expect(slowest(answers)).toBeLessThan(MOST_MS);
  await proxy.cut();
  await proxy.restore();
  await until(async () => (await posted()).status === 201);
  await until(async () => (await read('/readyz')).status === 200);
});

test('a replica whose LISTEN died without a word hears of the alerts of others again', async () => {
  const pool = createPool(service.databaseUrl, silentLog);
  const { reads, close } = openReads(service.databaseUrl, silentLog);
  const settings = { expiration: seconds(86_400), detectorQuota: 0, serverTag: 'test' };
  const other = createCacheService({ pool, answers: reads.answers, settings, log: silentLog });
  const followers = followAlerts(service.url, ADMIN_KEY);
  const late: number[] = [];
  const listeners = async () => (await service.query(LISTENERS)).rows.map(({ pid }) => pid);
  for (const i of [1, 2, 3, 4]) {
    await other.observe(command('JUNO', at(100 * i)));
    await other.observe(command('DUNE', at(100 * i + 1)));
    const began = performance.now();
    await followers.expectAll('live', i);
    late.push(performance.now() - began);
    if (i > 1) continue;
    const before = await listeners();
    proxy.strand();
    await until(async () => (await listeners()).some((pid) => !before.includes(pid)));
  }
  console.info(`alerts came ${late.map((ms) => Math.round(ms)).join(', ')} ms after the answer`);
  // Usually 40 ms. It also looks by itself, every 5 s.
  expect(Math.max(...late)).toBeLessThan(2_000);
  await followers.stop();
  await other.stop();
  await pool.end();
  await close();
});

test('a statement that takes its time is not taken for a dead connection', async () => {
  await warmUp();
  const client = await connectPatiently(service.databaseUrl);
  await client.query('BEGIN');
  await client.query(`SELECT name FROM cache WHERE name = 'live' FOR UPDATE`);
  const waiting = posted();
  // Longer than a server may be silent.
  await delay(6_000);
  await client.query('COMMIT');
  await client.end();
  expect((await waiting).status).toBe(201);
});
