import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../../src/database/embedded/processes.js';
import { expectCleanAudits, expectStoredOnce } from '../support/acknowledged.js';
import { readStream } from '../support/alert-stream-reader.js';
import { until } from '../support/embedded-harness.js';
import { type Failure, startLoad } from '../support/load.js';
import { ADMIN_KEY, Site } from '../support/service-process.js';

let site: Site;

beforeEach(async () => {
  site = await Site.make();
});

afterEach(async () => {
  await site.cleanUp();
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: what is under way is answered and kept, what is new refused, all ends',
  async (signal) => {
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

    service.send(signal);
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
    console.info(`${signal}: ${posted.length} answered before; started again within ${Date.now() - began} ms`);
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
  const began = Date.now();
  service.send('SIGTERM');
  await Promise.all(sockets.map(({ closed }) => closed));
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(await service.ended).toEqual({ code: 0, signal: null });
});

test('a second signal does not cut the stop short', async () => {
  const service = await site.start();
  const load = startLoad({ url: () => service.url, key: ADMIN_KEY, connections: 16, givesUp: true });
  await until(() => load.posted.length >= 100);
  service.send('SIGTERM');
  service.send('SIGINT');
  service.send('SIGTERM');
  await load.ended;
  expect(await service.ended).toEqual({ code: 0, signal: null });
  await site.start();
  await expectStoredOnce(await site.databaseUrl(), load.posted);
});
