import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isAlive, signal } from '../../src/database/embedded/processes.js';
import { expectCleanAudits, expectStoredOnce } from '../support/acknowledged.js';
import { readStream } from '../support/alert-stream-reader.js';
import { until } from '../support/embedded-harness.js';
import { type Failure, observation, post, startLoad } from '../support/load.js';
import { ADMIN_KEY, type ServiceProcess, siteForAllTests, siteForEachTest } from '../support/service-process.js';
import { createTcpProxy } from '../support/tcp-proxy.js';

const site = siteForEachTest();

const CONNECTIONS = 16;

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: what is under way is answered and kept, what is new refused, all ends',
  async (name) => {
    const service = await site.start();
    const { url } = service;
    const stream = await readStream(url, { after: 0 });
    const postgresPid = await site.postgresPid();
    const failures: Failure[] = [];
    const load = startLoad({
      url: () => url,
      key: ADMIN_KEY,
      connections: 32,
      givesUp: true,
      onFailure: (failure) => failures.push(failure),
    });
    await until(() => load.posted.length >= 500);

    service.send(name);
    // Every connection ends with its first refusal.
    await load.ended;
    const { posted } = load;
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await stream.closed;

    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      // A connection that was closed while idle, or that could not be made any more: that nothing which came over
      // it took effect is what the database tells below.
      if ('error' in failure) {
        expect(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']).toContain((failure.error as NodeJS.ErrnoException).code);
      } else {
        expect(failure.status).toBe(503);
        expect(failure.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
      }
    }
    expect(postgresPid !== undefined && isAlive(postgresPid)).toBe(false);
    expect(await site.postgresWorkers()).toEqual([]);

    const began = Date.now();
    const again = await site.start();
    expect(again.output).not.toContain('crash recovery');
    console.info(`${name}: ${posted.length} answered before; started again within ${Date.now() - began} ms`);
    const databaseUrl = await site.databaseUrl();
    await expectStoredOnce(databaseUrl, posted);
    await expectCleanAudits(databaseUrl);
  },
);

test('connections that say nothing, or not all, do not hold up the stop', async () => {
  const service = await site.start();
  const { hostname, port } = new URL(service.url);
  const opening = ['', 'GET /healthz HT', 'POST /v1/observations HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\n{'];
  const sockets = await Promise.all(
    opening.map(async (text) => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(text);
      return { closed: once(socket.resume(), 'close') };
    }),
  );
  // A request that is answered tells that the server has taken those connections before.
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  service.send('SIGTERM');
  await Promise.all(sockets.map(({ closed }) => closed));
  expect(await service.ended).toEqual({ code: 0, signal: null });
  // No part of it was waited for until its time was over.
  expect(service.output).not.toContain('service:part-not-stopped');
});

test('a second signal ends it at once, not with success, and leaves no PostgreSQL', async () => {
  const service = await site.start();
  const postgresPid = await site.postgresPid();
  const load = startLoad({ url: () => service.url, key: ADMIN_KEY, connections: CONNECTIONS, givesUp: true });
  await until(() => load.posted.length >= 100);
  // A PostgreSQL that doesn't answer: the stop waits for it for 10 s, and the parts that need it wait before.
  for (const pid of await site.postgresWorkers()) signal(pid, 'SIGSTOP');
  service.send('SIGTERM');
  await until(() => service.output.includes('service:stopping'));
  expect(service.isRunning).toBe(true);
  service.send('SIGINT');
  expect(await service.ended).toEqual({ code: 1, signal: null });
  // It ended without the rest of its stop.
  expect(service.output).not.toMatch(/service:(part-not-stopped|stopped)/);
  expect(postgresPid !== undefined && isAlive(postgresPid)).toBe(false);
  await load.ended;
  await site.start();
  // PostgreSQL may have committed what each connection sent last, without a chance to say so.
  await expectStoredOnce(await site.databaseUrl(), load.posted, CONNECTIONS);
});

test('what npm hands on a second time was sent once', async () => {
  const service = await site.start({ npm_lifecycle_event: 'start' });
  service.send('SIGINT');
  service.send('SIGINT');
  expect(await service.ended).toEqual({ code: 0, signal: null });
});

test('a database that falls silent does not hold up the stop, and one part does not keep the others open', async () => {
  const keeper = await site.start();
  const database = new URL(await site.databaseUrl());
  const proxy = await createTcpProxy(database.hostname, Number(database.port));
  database.port = String(proxy.port);
  const service = await site.start({ DATABASE_URL: database.href });
  const stream = await readStream(service.url, { after: 0 });
  proxy.hush();
  service.send('SIGTERM');
  const { signal: endedBy } = await service.ended;
  await stream.closed;
  expect(endedBy).toBeNull();
  expect(service.output).toContain('"msg":"service:stopped"');
  expect(keeper.isRunning).toBe(true);
  await proxy.cut();
});

describe('whoever reads its log', () => {
  const site = siteForAllTests();
  const stopsClean = async (service: ServiceProcess) => {
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(await site.postgresPid()).toBeUndefined();
    expect(await site.postgresWorkers()).toEqual([]);
  };
  const posts = async ({ url }: ServiceProcess, count: number) => {
    for (let posted = 0; posted < count; posted++) {
      expect((await post(`${url}/v1/observations`, observation('JUNO'), ADMIN_KEY)).status).toBe(201);
    }
  };

  test('goes away: it lives on, and stops as ever', async () => {
    const service = await site.start({ LOG_LEVEL: 'trace' });
    service.abandon();
    await posts(service, 20);
    service.send('SIGTERM');
    await stopsClean(service);
  });

  test('goes away during the stop: it ends as ever', async () => {
    const service = await site.start({ LOG_LEVEL: 'trace' });
    await posts(service, 20);
    service.send('SIGTERM');
    service.abandon();
    await stopsClean(service);
  });

  test('stands still: it lives on, and stops as ever', async () => {
    const service = await site.start({ LOG_LEVEL: 'trace' });
    const read = service.output.length;
    service.ignore();
    // More than a pipe takes.
    await posts(service, 300);
    expect(service.output.length).toBe(read);
    service.send('SIGTERM');
    expect((await service.exited).code).toBe(0);
    expect(await site.postgresPid()).toBeUndefined();
  });
});

describe('an end that nobody asked for', () => {
  const site = siteForAllTests();
  test.each([
    ['an error that nobody caught', `setTimeout(() => { throw new Error('out of nowhere') })`, 'out of nowhere'],
    ['a rejection that nobody handled', `Promise.reject(new Error('out of nowhere'))`, 'out of nowhere'],
    ['a library that ends the process', 'process.exit(0)', ''],
    ['a library that ends the process with its reader', 'process.exit()', ''],
  ])('%s: the exit code is not 0, and no PostgreSQL is left', async (_, fault, complaint) => {
    const preload = `process.on('SIGUSR2', () => { ${fault} })`;
    const service = await site.start({
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(preload)}`,
    });
    service.send('SIGUSR2');
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.complaint).toContain(complaint);
    await until(async () => (await site.postgresPid()) === undefined);
    expect(await site.postgresWorkers()).toEqual([]);
    // It was shut down, not cut off.
    const again = await site.start();
    expect(again.output).not.toContain('crash recovery');
    again.send('SIGTERM');
    await again.ended;
  });
});
