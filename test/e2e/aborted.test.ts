import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { expectCleanAudits } from '../support/acknowledged.js';
import { until } from '../support/embedded-harness.js';
import { createRandom } from '../support/random.js';
import { type ServiceProcess, Site, siteForEachTest } from '../support/service-process.js';
import { createTcpProxy } from '../support/tcp-proxy.js';

/** So long a start may take to end. Usually it is less than a second; one that can not be aborted waits for ever. */
const BOUND_MILLISECONDS = 30_000;
const TIMES = Number(process.env['START_KILLS'] ?? 4);

/** Other moments in every run. */
const random = createRandom(Date.now());

const site = siteForEachTest();

/** Asks it to stop, and sees to it that it does so in time. */
async function abort(service: ServiceProcess): Promise<void> {
  const began = performance.now();
  service.send('SIGTERM');
  const { code, signal } = await service.ended;
  expect(performance.now() - began).toBeLessThan(BOUND_MILLISECONDS);
  // Before it has read its own code a signal ends it, as any process.
  expect([0, null]).toContain(code);
  expect([null, 'SIGTERM']).toContain(signal);
  expect(service.complaint).toBe('');
}

describe('SIGTERM ends a start', () => {
  test('at any moment, and leaves nothing; the next one goes on', async () => {
    const began = performance.now();
    const whole = await site.start();
    const duration = performance.now() - began;
    await abort(whole);
    for (let time = 0; time < TIMES; time++) {
      // The first start makes the database, the others find it.
      const fresh = time % 2 === 0 ? await Site.make() : site;
      try {
        const service = fresh.spawn();
        const moment = random.whole(duration * 1.2);
        console.info(`aborted after ${Math.round(moment)} of ${Math.round(duration)} ms`);
        await pause(moment);
        await abort(service);
        expect(await fresh.postgresPid()).toBeUndefined();
        expect(await fresh.postgresWorkers()).toEqual([]);
        if (fresh === site) continue;
        await fresh.start();
        await expectCleanAudits(await fresh.databaseUrl());
        expect((await readdir(fresh.dataDirectory)).filter((name) => name.includes('initialising'))).toEqual([]);
      } finally {
        if (fresh !== site) await fresh.cleanUp();
      }
    }
    await site.start();
    await expectCleanAudits(await site.databaseUrl());
  }, 900_000);

  test('that waits for the lock of the migrations, and says for whom', async () => {
    await site.start();
    const url = await site.databaseUrl();
    const holder = new pg.Client({ connectionString: url, application_name: 'somebody' });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(7041987)');
    const { rows } = await holder.query('SELECT pg_backend_pid() AS pid');
    const service = site.spawn({ DATABASE_URL: url });
    await until(() => service.output.includes('database:waiting-for-migrations'), 60);
    expect(service.output).toContain(`"pid":${rows[0].pid},"address":"127.0.0.1","application":"somebody"`);
    await abort(service);
    await holder.end();
  });

  test('that waits for a database which takes connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket.on('error', () => undefined).resume()));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const service = site.spawn({ DATABASE_URL: `postgresql://snews:secret@127.0.0.1:${port}/snews` });
    await until(() => sockets.length > 0, 60);
    await abort(service);
    mute.close();
  });

  test('that waits for a database which falls silent in its middle', async () => {
    await site.start();
    const database = new URL(await site.databaseUrl());
    const proxy = await createTcpProxy(database.hostname, Number(database.port));
    database.port = String(proxy.port);
    for (let time = 0; time < TIMES / 2; time++) {
      const answers = random.whole(30);
      console.info(`silent after ${answers} answers`);
      proxy.hush(answers);
      const service = site.spawn({ DATABASE_URL: database.href });
      await until(proxy.isHushed, 60);
      // At any moment of its wait.
      await pause(random.whole(3_000));
      if (service.output.includes('service:ready')) throw new Error(`${answers} answers are enough for a whole start`);
      await abort(service);
      await proxy.cut();
      await proxy.restore();
    }
    await proxy.cut();
  });
});
