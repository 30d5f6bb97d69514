import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { campaign } from '../../../src/database/leadership.js';
import { connectPatiently } from '../../../src/database/pool.js';
import { databaseForAllTests } from '../../support/database.js';
import { query, until } from '../../support/embedded-harness.js';
import { silentLog } from '../../support/logs.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';

// What they wait for overlaps.

const SESSIONS_OF = 'SELECT pid FROM pg_stat_activity WHERE usename = $1';

const database = databaseForAllTests();

/** A way of a test's own to the database. */
async function breakableWay() {
  const url = new URL(database.url);
  const proxy = await createTcpProxy(url.hostname, Number(url.port));
  url.port = String(proxy.port);
  return { url: url.href, proxy };
}

test.concurrent('a server that lets no more connections in is not taken for one that is silent', async () => {
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const url = new URL(database.url);
  url.username = `limited_${randomUUID().replaceAll('-', '')}`;
  url.password = 'limited';
  await owner.query(`CREATE ROLE ${url.username} LOGIN PASSWORD '${url.password}' CONNECTION LIMIT 1`);
  try {
    const client = await connectPatiently(url.href);
    await client.query('SELECT pg_sleep(7)');
    await client.end();
  } finally {
    await until(async () => (await owner.query(SESSIONS_OF, [url.username])).rows.length === 0);
    await owner.query(`DROP ROLE ${url.username}`);
    await owner.end();
  }
});

const SLEEPING = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(1.5)'`;

test.concurrent('a statement with a long time limit fails as soon as it can not be answered any more', async () => {
  const { url, proxy } = await breakableWay();
  const client = await connectPatiently(url);
  const isAnswered = (statement: string) =>
    client.query(statement).then(
      () => true,
      () => false,
    );
  expect(await isAnswered('SELECT pg_sleep(1)')).toBe(true);
  const began = performance.now();
  const lost = isAnswered('SELECT pg_sleep(1.5)');
  await until(async () => (await query(database.url, SLEEPING)).rows.length > 0);
  proxy.strand();
  expect(await lost).toBe(false);
  // Usually 3 s; TCP alone takes minutes to notice.
  expect(performance.now() - began).toBeLessThan(60_000);
  await proxy.cut();
});

test.concurrent('a leader learns that its session is dead before another one can lead', async () => {
  const { url, proxy } = await breakableWay();
  const terms: { readonly began: number; ended?: number }[] = [];
  const leadership = campaign(
    url,
    'test of dead connections',
    async (signal) => {
      const term: (typeof terms)[number] = { began: performance.now() };
      terms.push(term);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      term.ended = performance.now();
    },
    silentLog,
  );
  await until(() => terms.length === 1);
  proxy.strand();
  // The server ends the dead session, after which somebody leads again.
  await until(() => terms.length === 2, 60);
  expect(terms[0]?.ended).toBeLessThan(terms[1]?.began ?? 0);
  await leadership.stop();
  await proxy.cut();
});
