import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { jsonLines, runCommand } from '../../support/cli.js';

const server = apiServerForAllTests();

const heartbeat = async (detector: string, fields: object = {}) =>
  (await server.call('POST', '/v1/heartbeats', { detector_name: detector, detector_status: 'ON', ...fields })).json;
const observe = async (detector: string, time: string, fields: object = {}) =>
  (await server.call('POST', '/v1/observations', { detector_name: detector, neutrino_time_utc: time, ...fields })).json;
const list = (detector: string, query = '') => server.call('GET', `/v1/detectors/${detector}/heartbeats${query}`);
const now = () => new Date().toISOString();

describe('the heartbeats of a detector', () => {
  test('are its live heartbeats and observations, the newest first, page by page', async () => {
    const sent = new Date(Date.now() - 5_000).toISOString();
    const first = await heartbeat('LVD', { detector_status: 'OFF', sent_time_utc: sent });
    const between = now();
    const { observation } = await observe('LVD', now(), { machine_time_utc: '2030-01-01T00:00:00' });
    await heartbeat('LVD', { is_test: true });
    const { items } = (await list('LVD')).json;
    expect(items).toMatchObject([
      { uuid: observation.uuid, tier: 'CoincidenceTier', detector_status: 'ON', latency_s: null, cache: 'live' },
      { uuid: first.uuid, tier: 'Heartbeat', detector_status: 'OFF', interval_s: null, cache: 'live' },
    ]);
    expect(items[0].machine_time_utc).toBe('2030-01-01T00:00:00.000000000Z');
    expect(items[0].interval_s).toBe(
      (Date.parse(items[0].received_time_utc) - Date.parse(items[1].received_time_utc)) / 1000,
    );
    expect(items[1].sent_time_utc).toBe(sent.replace('Z', '000000Z'));
    expect(items[1].latency_s).toBeCloseTo((Date.parse(items[1].received_time_utc) - Date.parse(sent)) / 1000, 6);

    const page = (await list('LVD', '?limit=1')).json;
    expect(page.items).toEqual([items[0]]);
    expect((await list('LVD', `?limit=1&cursor=${page.next_cursor}`)).json).toEqual({
      items: [items[1]],
      next_cursor: null,
    });
    expect((await list('LVD', `?to=${items[1].received_time_utc}`)).json.items).toEqual([items[1]]);
    expect((await list('LVD', `?from=${items[0].received_time_utc}&to=${now()}`)).json.items.at(0)).toEqual(items[0]);
    expect((await list('LVD', `?to=${between}&from=${sent}`)).json.items.at(-1)).toEqual(items[1]);
    expect((await list('LVD', '?cache=test')).json.items).toMatchObject([{ cache: 'test', interval_s: null }]);
    for (const wrong of ['?from=yesterday', '?limit=0', '?cursor=x', '?hours=1']) {
      expect((await list('LVD', wrong)).status).toBe(400);
    }
    const csv = await fetch(`${server.url}/v1/detectors/LVD/heartbeats`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}`, accept: 'text/csv' },
    });
    expect((await csv.text()).split('\n')[0]).toContain('received_time_utc,tier,latency_s,interval_s');
  });

  test('tell its status, usual interval and when the next one is due', async () => {
    // As if it had sent every minute; the last one now.
    await heartbeat('KamLAND');
    await server.query(`UPDATE detector SET beats = 61, beat_squares = 60 * 60000::bigint * 60000,
      first_beat_at = last_beat_at - interval '1 hour' WHERE name = 'KamLAND'`);
    const on = (await server.call('GET', '/v1/detectors/KamLAND')).json;
    expect(on).toMatchObject({ status: 'ON', usual_interval: { mean_s: 60, sigma_s: 0 } });
    const received = Date.parse(on.last_heartbeat.received_time_utc);
    expect(Date.parse(on.heartbeat_expected_by) - received).toBe(63_000);
    const ago = (seconds: number) => `UPDATE detector SET last_beat_at = last_beat_at - interval '${seconds} s',
      first_beat_at = first_beat_at - interval '${seconds} s' WHERE name = 'KamLAND'`;
    await server.query(ago(64));
    expect((await server.call('GET', '/v1/detectors/KamLAND')).json.status).toBe('LATE');
    await server.query(ago(86_400));
    expect((await server.call('GET', '/v1/detectors/KamLAND')).json.status).toBe('OFF');
    const { items } = (await server.call('GET', '/v1/detectors')).json;
    expect(items.find(({ name }: { name: string }) => name === 'XENONnT').status).toBe('UNKNOWN');
  });
});

describe('the picture', () => {
  const picture = (path: string, key = ADMIN_KEY) =>
    fetch(`${server.url}/v1/detectors/${path}`, { headers: { authorization: `Bearer ${key}` } });

  test('is there as SVG, with the styles it needs allowed and no more', async () => {
    await heartbeat('HALO');
    const answer = await picture('HALO/heartbeats.svg');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/svg+xml');
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toContain('Heartbeats of HALO');
  });

  test('is there as PNG, of as many heartbeats as there are', async () => {
    await server.query(`INSERT INTO heartbeat (detector, uuid, received_at, status, observed, latency_s, interval_ms)
      SELECT 'SBND', gen_random_uuid(), now() - n * interval '1 s', CASE WHEN n % 5000 = 0 THEN 'OFF' ELSE 'ON' END, false, 0.1, 1000
      FROM generate_series(1, 20000) n`);
    const svg = await (await picture('SBND/heartbeats.svg?hours=12')).text();
    expect(svg).toContain('20,000 heartbeats · mean interval 1 s, σ 0 s · drawn are the extremes of every 144 s');
    expect(svg.length).toBeLessThan(1_000_000);
    const answer = await picture('SBND/heartbeats.png?hours=12');
    expect(answer.headers.get('content-type')).toBe('image/png');
    const png = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
    expect([png.width, png.height]).toEqual([1600, 1056]);
  });

  test('is refused without a key, of nobody, or of a time that is none', async () => {
    expect((await picture('HALO/heartbeats.png', 'x')).status).toBe(401);
    expect((await picture('Nobody/heartbeats.png')).status).toBe(404);
    for (const hours of ['0', '169', '1.5', 'x']) {
      expect((await picture(`HALO/heartbeats.svg?hours=${hours}`)).status).toBe(400);
    }
  });
});

describe('the false alarm figure', () => {
  test('counts the detectors that are on: 8 of them and two rows make 7.93e-10 Hz and 39.97 years', async () => {
    await server.query(
      `UPDATE detector SET last_beat_at = NULL, first_beat_at = NULL, beat_status = NULL, beats = 0, beat_squares = 0`,
    );
    for (const detector of ['Baksan', 'DS-20K', 'IceCube', 'JUNO', 'KM3NeT', 'LZ', 'NOvA', 'SNO+'])
      await heartbeat(detector);
    // Off, late, silent for a day, and never heard but in tests.
    for (const detector of ['DUNE', 'MicroBooNe', 'Hyper-K']) await heartbeat(detector);
    await heartbeat('DUNE', { detector_status: 'OFF' });
    await server.query(`UPDATE detector SET beats = 61, beat_squares = 60 * 60000::bigint * 60000, last_beat_at = now() - interval '64 s',
      first_beat_at = now() - interval '3664 s' WHERE name = 'MicroBooNe'`);
    await server.query(`UPDATE detector SET last_beat_at = now() - interval '24 hours 1 s' WHERE name = 'Hyper-K'`);
    await heartbeat('LZ', { is_test: true, detector_status: 'OFF' });
    await observe('Super-K', now(), { is_firedrill: true });
    const time = new Date(Date.now() - 3_600_000).toISOString();
    await observe('JUNO', time);
    const { alerts } = await observe('IceCube', time, { uuid: randomUUID() });
    expect(alerts).toMatchObject([{ false_alarm: { online_detectors: 8, coincident_detectors: 2 } }]);
    const [{ false_alarm }] = alerts;
    expect(false_alarm.rate_hz.toExponential(2)).toBe('7.93e-10');
    expect(false_alarm.mean_years_between.toFixed(2)).toBe('39.97');
    expect(alerts[0].payload['False Alarm Prob']).toBe('7.93e-10 Hz (1 per 39.97 years)');
    // Whoever observes is on, in the very transaction.
    const { alerts: update } = await observe('DUNE', time);
    expect(update).toMatchObject([{ false_alarm: { online_detectors: 9, coincident_detectors: 3 } }]);
    const tables = (await server.call('GET', '/v1/coincidences')).json.sub_groups;
    const table = tables.find(({ rows }: { rows: unknown[] }) => rows.length === 3);
    expect(table.false_alarm.online_detectors).toBe(9);
  });
});

describe('snews detectors', () => {
  const run = (...args: string[]) => runCommand(['detectors', ...args, '--url', server.url, '--key', ADMIN_KEY]);

  test('lists them with their status', async () => {
    const text = await run();
    expect(text).toMatchObject({ exitCode: 0, err: '' });
    expect(text.out).toMatch(/│ detector +│ status +│ last heartbeat \(UTC\)/);
    expect(text.out).toMatch(/│ HALO +│ /);
    const [detectors] = jsonLines((await run('--json')).out);
    expect(detectors.map(({ name }: { name: string }) => name)).toContain('Super-K');
  });

  test('draws one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snews-picture-'));
    try {
      const file = join(folder, 'halo.png');
      const drawn = await run('picture', 'HALO', '--out', file);
      expect(drawn).toMatchObject({ exitCode: 0, out: '' });
      expect(PNG.sync.read(await readFile(file)).width).toBe(1600);
      const unknown = await run('picture', 'Nobody', '--out', file);
      expect(unknown.exitCode).not.toBe(0);
      expect(unknown.err).toContain('There is no detector Nobody');
      const wrong = await run('picture', 'HALO', '--out', 'halo.gif');
      expect(wrong.err).toContain('.png or .svg');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
