import { describe, expect, test } from 'vitest';
import { observation, post } from '../support/load.js';
import { ADMIN_KEY, siteForEachTest } from '../support/service-process.js';

const site = siteForEachTest();

const printedKey = (output: string, name: string) => new RegExp(`^ *export ${name}=(\\S+)$`, 'm').exec(output)?.[1];

describe('a start', () => {
  test('prints the URL and, the first time only, an admin key and a detector key that work', async () => {
    const environment = { ADMIN_API_KEY: undefined, PRINT_FIRST_KEYS: 'true' };
    const first = await site.start(environment);
    const [admin, detector] = ['SNEWS_ADMIN_KEY', 'SNEWS_DETECTOR_KEY'].map((name) => printedKey(first.output, name));
    if (admin === undefined || detector === undefined) throw new Error(`no keys were printed: ${first.output}`);
    const { url } = first;
    const reset = { cache: 'test', reason: 'to try it' };
    expect((await post(`${url}/v1/admin/reset`, reset, admin)).status).toBe(200);
    expect((await post(`${url}/v1/admin/reset`, reset, detector)).status).toBe(403);
    expect((await post(`${url}/v1/observations`, observation('JUNO'), detector)).status).toBe(201);
    expect((await post(`${url}/v1/observations`, observation('JUNO'), 'none of them')).status).toBe(401);
    first.send('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    for (const key of [admin, detector]) expect(first.output.split(key)).toHaveLength(2);
    expect(first.complaint).toBe('');

    const second = await site.start(environment);
    expect(second.output).not.toContain('export SNEWS_');
    expect((await post(`${second.url}/v1/observations`, observation('JUNO'), detector)).status).toBe(201);
    expect((await post(`${second.url}/v1/admin/reset`, reset, admin)).status).toBe(200);
    for (const key of [admin, detector]) expect(second.output + second.complaint).not.toContain(key);
  });

  test('with ADMIN_API_KEY prints no key; no key is in the log, also not at the most talkative level', async () => {
    const service = await site.start({ LOG_LEVEL: 'trace' });
    expect(service.output).not.toContain('export SNEWS_');
    const made = await post(
      `${service.url}/v1/admin/keys`,
      { name: 'JUNO', role: 'detector', detectors: ['JUNO'] },
      ADMIN_KEY,
    );
    const { key: detector } = made.body as { key: string };
    expect(detector).toMatch(/^snews_/);
    const wrong = 'a-wrong-key-that-somebody-made-up-0123456789';
    for (const key of [ADMIN_KEY, detector, wrong])
      await post(`${service.url}/v1/observations`, observation('JUNO'), key);
    await post(`${service.url}/v1/observations`, { not: 'an observation' }, ADMIN_KEY);
    service.send('SIGTERM');
    await service.ended;
    const written = service.output + service.complaint;
    const log = written.split('\n').filter((line) => line.startsWith('{'));
    expect(log.length).toBeGreaterThan(10);
    for (const key of [ADMIN_KEY, detector, wrong]) expect(log.join('\n')).not.toContain(key);
    expect(written).not.toContain(ADMIN_KEY);
  });
});

describe('a wrong configuration: exit code 1, and a message that names the variable', () => {
  // Which values are wrong is in test/unit/config.
  test('of every variable that is wrong, without what it holds', async () => {
    const wrong = {
      PORT: '65536',
      DATABASE_URL: 'mysql://root:secret@localhost/snews',
      ADMIN_API_KEY: 'short-secret',
      COINCIDENCE_ENGINE: 'fast',
      COINCIDENCE_THRESHOLD: '0',
      CACHE_EXPIRATION: '-1',
      DETECTOR_QUOTA: 'many',
    };
    const service = site.spawn(wrong);
    expect(await service.ended).toEqual({ code: 1, signal: null });
    for (const name of Object.keys(wrong)) expect(service.complaint).toContain(name);
    expect(service.complaint).not.toContain('secret');
    expect(service.complaint).not.toMatch(/^\s+at /m);
  });

  test('another engine than the caches run says how to switch', async () => {
    const keeper = await site.start();
    const service = site.spawn({ DATABASE_URL: await site.databaseUrl(), COINCIDENCE_ENGINE: 'reference' });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.complaint).toContain('snews cache switch --engine reference');
    expect(keeper.isRunning).toBe(true);
  });

  test('a second service on the same data directory, a port that is taken', async () => {
    const { url } = await site.start();
    const second = site.spawn();
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.complaint).toContain(site.dataDirectory);
    const onTakenPort = site.spawn({ DATABASE_URL: await site.databaseUrl(), PORT: new URL(url).port });
    expect(await onTakenPort.ended).toEqual({ code: 1, signal: null });
    expect(onTakenPort.complaint).toContain('EADDRINUSE');
  });
});
