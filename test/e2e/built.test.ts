import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { until } from '../support/embedded-harness.js';
import { observation, post } from '../support/load.js';
import { ADMIN_KEY, BUILT, siteForEachTest } from '../support/service-process.js';

const site = siteForEachTest();

/** What comes as an answer, with the admin key. */
async function get(url: string): Promise<{ status: number; type: string | null; body: Buffer }> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

test('what `npm start` runs alerts, draws in its thread, compares in its thread, serves the dashboard, and stops', async () => {
  const service = await site.start({ SHADOW_ENGINE: 'reference' }, BUILT);
  const { url } = service;
  const at = { neutrino_time_utc: new Date().toISOString() };
  for (const detector of ['JUNO', 'Super-K']) {
    expect((await post(`${url}/v1/observations`, observation(detector, at), ADMIN_KEY)).status).toBe(201);
  }
  expect(JSON.parse(String((await get(`${url}/v1/alerts`)).body)).items).toMatchObject([
    { alert_type: 'COINC_MSG', detector_names: ['JUNO', 'Super-K'] },
  ]);

  expect(await get(`${url}/`)).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
  const picture = await get(`${url}/v1/detectors/JUNO/heartbeats.png`);
  expect([picture.status, picture.type, picture.body.subarray(1, 4).toString()]).toEqual([200, 'image/png', 'PNG']);
  await expect
    .poll(async () => JSON.parse(String((await get(`${url}/v1/shadow`)).body)), { timeout: 60_000, interval: 200 })
    .toMatchObject({
      caches: expect.arrayContaining([expect.objectContaining({ cache: 'live', lag: 0, main_alerts: 1 })]),
    });

  service.send('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0 });
  expect(service.complaint).toBe('');
});

test('`npm start` builds nothing that is built, and Ctrl-C, which goes to npm and the server alike, stops it gracefully', async () => {
  // What is not yet built, is now.
  const build = spawn(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  expect(await once(build, 'close')).toEqual([0, null]);

  const began = performance.now();
  const npm = spawn('npm', ['start'], {
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, HOST: '127.0.0.1', PORT: '0', DATA_DIR: site.dataDirectory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(npm, 'close');
  let output = '';
  for (const part of [npm.stdout, npm.stderr]) {
    part.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  try {
    await until(() => /^SNEWS coincidence server: .*\n/m.test(output) || npm.exitCode !== null, 60);
    console.info(`ready ${Math.round(performance.now() - began)} ms after the command, with a new database`);
    expect(output).not.toContain('Building');
    // A pipe is no terminal, and nobody asked for keys.
    expect(output).toContain('keys:no-admin');
    expect(output).not.toContain('export SNEWS_');
    // What happens while the service runs is logged behind it at any time: only what comes before is certain.
    expect(output).toMatch(/"service:ready"\}\n\nSNEWS coincidence server: \S+ {2}\(its API: \S+\/docs\)\n/);
  } finally {
    process.kill(-Number(npm.pid), 'SIGINT');
  }
  // How npm itself ends is the shell's matter.
  await ended;
  expect(output).toContain('"msg":"service:stopped"');
  expect(output).not.toContain('service:stop-aborted');
  expect(await site.postgresPid()).toBeUndefined();
});
