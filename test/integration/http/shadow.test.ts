import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPool } from '../../../src/database/pool.js';
import { engineNamed } from '../../../src/domain/coincidence/engines.js';
import type { ShadowDifferenceView, ShadowView } from '../../../src/domain/views.js';
import { createFollower } from '../../../src/shadow/follower.js';
import { at, observation, openCaches, retraction } from '../../support/caches.js';
import { runCommand } from '../../support/cli.js';
import { silentLog } from '../../support/logs.js';
import { scrape } from '../../support/metrics.js';
import { ADMIN_KEY, type RestService, startRestService } from '../../support/rest-service.js';

const PATIENCE = { timeout: 60_000, interval: 100 };

describe('the whole service with a shadow engine', () => {
  const begin = Date.now() - 3_600_000;
  let service: RestService;

  const see = async (detector_name: string, seconds: number) => {
    const neutrino_time_utc = new Date(begin + seconds * 1000).toISOString();
    const { status } = await service.post('/v1/observations', { detector_name, neutrino_time_utc });
    expect(status).toBe(201);
  };

  beforeAll(async () => {
    service = await startRestService({ SHADOW_ENGINE: 'reference' });
    // As in shadow.test.ts: snews_cs ignores JUNO's second trigger, and says again what stood.
    await see('JUNO', 0);
    await see('DUNE', 3);
    await see('JUNO', 100);
    await see('DUNE', 103);
    await vi.waitFor(async () => {
      const { caches } = await service.get<ShadowView>('/v1/shadow');
      expect(caches.find(({ cache }) => cache === 'live')).toMatchObject({ command: 5, lag: 0 });
      expect(caches).toHaveLength(3);
    }, PATIENCE);
  });

  afterAll(() => service.stop());

  test('counts what is the same and what differs', async () => {
    const { engine, caches } = await service.get<ShadowView>('/v1/shadow');
    expect(engine).toBe('reference');
    expect(caches[0]).toEqual({
      cache: 'live',
      main_engine: 'complete',
      since_command: 0,
      command: 5,
      lag: 0,
      compared: 5,
      main_alerts: 2,
      shadow_alerts: 3,
      equal_alerts: 1,
      differences: { 'main-only': 0, 'shadow-only': 1, 'other-type': 0, 'other-rows': 1, fault: 0 },
      last_fault: null,
      last_fault_at: null,
    });
  });

  test('lists the differences page by page, and sends nothing', async () => {
    type Page = { items: ShadowDifferenceView[]; next_cursor: string | null };
    const alerts = await service.get<{ items: { alert_type: string; event_id: string }[] }>('/v1/alerts');
    const first = await service.get<Page>('/v1/shadow/differences?limit=1');
    expect(first.items).toMatchObject([
      {
        cache: 'live',
        command: 5,
        detector_name: 'DUNE',
        kind: 'other-rows',
        main_alerts: [{ alert_type: 'COINC_MSG', detector_names: ['JUNO', 'DUNE'], p_values: [null, null] }],
        shadow_alerts: [{ alert_type: 'UPDATE', detector_names: ['JUNO', 'DUNE'], sub_group: 0 }],
        event_ids: [alerts.items[1]?.event_id],
      },
    ]);
    const second = await service.get<Page>(`/v1/shadow/differences?limit=1&cursor=${first.next_cursor}`);
    expect(second.items.map(({ command, kind }) => [command, kind])).toEqual([[4, 'shadow-only']]);
    // Nothing was sent after it: there is no event to look at.
    expect(second.items[0]?.event_ids).toEqual([]);
    expect(second.next_cursor).toBeNull();
    expect((await service.get<Page>('/v1/shadow/differences?cache=test')).items).toEqual([]);
    expect((await service.get<Page>('/v1/shadow/differences?kind=shadow-only')).items).toEqual(second.items);
    expect(alerts.items.map(({ alert_type }) => alert_type)).toEqual(['COINC_MSG', 'COINC_MSG']);
    expect(await service.differences()).toEqual([]);
  });

  test('is told to Prometheus', async () => {
    const { value } = await scrape(service.url, ADMIN_KEY);
    expect(value('snews_shadow_compared_commands', { cache: 'live' })).toBe(5);
    expect(value('snews_shadow_lag_commands', { cache: 'live' })).toBe(0);
    expect(value('snews_shadow_differing_commands', { cache: 'live', kind: 'shadow-only' })).toBe(1);
    expect(value('snews_shadow_differing_commands', { cache: 'live', kind: 'other-rows' })).toBe(1);
    expect(value('snews_shadow_differing_commands', { cache: 'live', kind: 'fault' })).toBe(0);
    expect(value('snews_shadow_differing_commands', { cache: 'test', kind: 'main-only' })).toBe(0);
  });

  test('is seen from the command line, and as CSV', async () => {
    const key = ADMIN_KEY;
    const shadow = (...args: string[]) => runCommand(['shadow', ...args, '--url', service.url, '--key', key]);
    const summary = await shadow('--cache', 'live');
    expect(summary).toMatchObject({ exitCode: 0, err: '' });
    expect(summary.out).toMatch(/shadow engine reference[\s\S]*commands compared\D+5[\s\S]*… shadow engine only\D+1/);
    const list = await shadow('--differences', '--limit', '1');
    expect(list.out).toMatch(/live 5[\s\S]*other-rows[\s\S]*COINC_MSG: JUNO, DUNE[\s\S]*UPDATE: JUNO, DUNE/);
    expect(list.out).not.toContain('live 4');
    const json = await shadow('--json');
    expect(JSON.parse(json.out)).toEqual(await service.get('/v1/shadow'));
    const answer = await fetch(`${service.url}/v1/shadow/differences`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/csv' },
    });
    const lines = (await answer.text()).split('\n');
    expect(lines[0]).toBe(
      'id,cache,command,message_uuid,message_kind,detector_name,received_time_utc,kind,main_alerts,shadow_alerts,event_ids,fault,compared_at',
    );
    expect(lines[1]).toContain(',other-rows,"COINC_MSG JUNO,DUNE","UPDATE JUNO,DUNE",SN-');
    expect((await fetch(`${service.url}/v1/shadow`)).status).toBe(401);
  });
});

test('threads that are killed and taken over compare each command once', { timeout: 90_000 }, async () => {
  const caches = await openCaches();
  const url = new URL('../../../src/shadow/source-worker.mjs', import.meta.url);
  const workerData = { databaseUrl: caches.databaseUrl, engine: 'reference' };
  const thread = () => new Worker(url, { workerData });
  const threads = [thread(), thread()];
  const differences = async () => {
    const { rows } = await caches.query(
      "SELECT command, kind, main_alerts, shadow_alerts FROM shadow_difference WHERE cache = 'live' ORDER BY command",
    );
    return rows;
  };
  const compared = async () => {
    const { rows } = await caches.query("SELECT compared, command FROM shadow_position WHERE cache = 'live'");
    return { compared: Number(rows[0]?.compared ?? 0), command: Number(rows[0]?.command ?? 0) };
  };
  const detectors = ['JUNO', 'DUNE', 'IceCube', 'Super-K', 'KM3NeT'];
  let posted = 1;
  const post = async (commands: number) => {
    const posts = Array.from({ length: commands }, (_, i) => {
      const detector = detectors[i % 5] as string;
      const isRetraction = i % 40 === 39;
      posted++;
      return isRetraction
        ? caches.service.retract(retraction(detector, { latest: 1 }))
        : caches.service.observe(observation(detector, at((posted * 37) % 900)));
    });
    await Promise.all(posts);
  };
  try {
    for (let kill = 0; kill < 3; kill++) {
      const before = (await compared()).compared;
      await post(400);
      // One of them leads, and is at it.
      await vi.waitFor(async () => expect((await compared()).compared).toBeGreaterThan(before), PATIENCE);
      await threads.shift()?.terminate();
      threads.push(thread());
    }
    await vi.waitFor(async () => expect(await compared()).toEqual({ compared: posted, command: posted }), PATIENCE);
  } finally {
    for (const one of threads) await one.terminate();
  }
  const found = await differences();
  expect(found.length).toBeGreaterThan(100);

  // One that is never interrupted finds the same.
  await caches.query('TRUNCATE shadow_position, shadow_difference');
  const pool = createPool(caches.databaseUrl, silentLog);
  const client = await pool.connect();
  const engine = engineNamed('reference');
  const follower = createFollower({ client, cache: 'live', engine, log: silentLog });
  while ((await follower.advance()) > 0);
  client.release();
  await pool.end();
  expect(await differences()).toEqual(found);
  await caches.close();
});
