import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { jsonLines, runCommand } from '../../support/cli.js';
import { pythonEnvironment } from '../../support/python/environment.js';
import { type Act, fillSnewsCsDatabase } from '../../support/python/filled-database.js';

const python = await pythonEnvironment('snews-cs');

/** Digits of the nanoseconds, so that none gets lost unseen. */
const NANOSECONDS = '456789';
const START = Date.now();
/** @param seconds before the test began */
const ago = (seconds: number) => new Date(START - seconds * 1_000).toISOString().replace('Z', `${NANOSECONDS}Z`);
/** snews_pt refuses neutrino times of more than two days ago; after one an observation has expired here. */
const THEN = 30 * 3_600;

interface Observed {
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly sent_time_utc: string | null;
  readonly machine_time_utc: string | null;
  readonly p_val: number | null;
  readonly meta: Readonly<Record<string, unknown>> | null;
}

const observed = (detector_name: string, seconds: number, more: Partial<Observed> = {}): Observed => ({
  detector_name,
  neutrino_time_utc: ago(THEN - seconds),
  sent_time_utc: ago(THEN - 30),
  machine_time_utc: null,
  p_val: null,
  meta: null,
  ...more,
});

// Within 10 s of Super-K; then 15 s after it, so that snews_cs opens a second sub-group, in which LVD stands again.
const FIRST = observed('Super-K', 0, { p_val: 0.25, meta: { run: 41 } });
const LVD = observed('LVD', 8, { machine_time_utc: ago(THEN - 9), meta: { note: "it's LVD's", channels: [1, 2] } });
const JUNO = observed('JUNO', 15, { p_val: 0.5 });
/** snews_cs puts what a detector sends again into the place of what it sent before. */
const AGAIN = observed('Super-K', 1, { p_val: 0.125, machine_time_utc: ago(THEN - 1) });
const UNSENT = observed('IceCube', 600, { sent_time_utc: null, machine_time_utc: ago(THEN - 601) });
const YOUNG = observed('KM3NeT', THEN - 60, { sent_time_utc: ago(59), p_val: 1 });

const ALERT = {
  id: 'SNEWS_Coincidence_ALERT 2026-11-01T01:02:03.456789',
  alert_type: 'COINC_MSG',
  server_tag: 'snews_cs',
  false_alarm_prob: "(couldn't compute)",
  detector_names: ['Super-K', 'LVD'],
  sent_time_utc: '2026-11-01T01:02:03.456789',
  p_vals: [0.25, null],
  neutrino_times: [FIRST.neutrino_time_utc, LVD.neutrino_time_utc],
  p_vals_average: 0.25,
  sub_list_number: 0,
};

const ACTS: readonly Act[] = [
  ...[FIRST, LVD, JUNO, AGAIN, UNSENT, YOUNG].map((fields): Act => ['observe', { ...fields }]),
  ['heartbeat', { detector_name: 'LVD', detector_status: 'ON', sent_time_utc: ago(2) }],
  ['heartbeat', { detector_name: 'LVD', detector_status: 'OFF' }],
  // It takes any case from who sends JSON, and keeps it as it came.
  ['heartbeat_json', { detector_name: 'XENONnT', detector_status: 'On', sent_time_utc: ago(1) }],
  // Its INSERT gives a value for each column but the id, and no columns' names: it fails on the table that it makes.
  ['alert', ALERT],
  ['alerts_table_without_id', {}],
  ['alert', ALERT],
];

/** What snews_cs shows of a time, with as many decimals as it keeps: text as it came, but heartbeats' to a microsecond. */
const toMicroseconds = (time: string) => time.replace(/\d{3}Z$/, '000Z');

describe.skipIf(python === undefined)('a database that snews_cs itself wrote', () => {
  let server: ApiServer;
  let folder: string;
  let file: string;
  let outcomes: readonly (string | null)[];

  beforeAll(async () => {
    server = await startApiServer();
    folder = await mkdtemp(join(tmpdir(), 'snews-cli-import-'));
    file = join(folder, 'snews_cs.db');
    outcomes = await fillSnewsCsDatabase(String(python), file, ACTS);
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    runCommand(['import', file, ...args], { env: { DATABASE_URL: server.databaseUrl } });

  test('is read row by row: observations, heartbeats, alerts', async () => {
    const failed = outcomes.map((outcome, i) => [ACTS[i]?.[0], outcome]).filter(([, outcome]) => outcome !== null);
    expect(failed).toEqual([
      ['alert', 'OperationalError: table coincidence_tier_alerts has 11 columns but 10 values were supplied'],
    ]);
    const [active, alerts] = [join(folder, 'active.jsonl'), join(folder, 'alerts.jsonl')];
    const { out, exitCode } = await run('--active', active, '--alerts', alerts, '--json');
    expect(jsonLines(out)).toMatchObject([
      {
        // LVD and JUNO stand in two sub-groups each.
        observations: { rows: 7, taken: 4, known: 2, conflicting: 0, active: 1, unreadable: 0, unknownDetectors: {} },
        heartbeats: { rows: 3, taken: 3, unreadable: 0, unknownDetectors: {} },
        alerts: { rows: 1 },
      },
    ]);
    expect(exitCode).toBe(0);

    const { items } = (await server.call('GET', '/v1/observations')).json;
    const rowOf = ({ meta, ...fields }: Observed) => ({
      ...fields,
      id: `${fields.detector_name}_CoincidenceTier_${fields.machine_time_utc ?? 'None'}`,
      schema_version: '0.2',
      state: 'expired',
      received_time_utc: fields.sent_time_utc ?? fields.machine_time_utc,
      meta,
    });
    const byDetector = (rows: readonly { detector_name: string }[]) =>
      rows.toSorted((a, b) => a.detector_name.localeCompare(b.detector_name));
    expect(byDetector(items)).toMatchObject(
      byDetector([
        rowOf(AGAIN),
        // Python's text of a dictionary is no JSON.
        { ...rowOf(LVD), meta: { snews_cs_meta: `{'note': "it's LVD's", 'channels': [1, 2]}` } },
        rowOf(JUNO),
        rowOf(UNSENT),
      ]),
    );
    expect(items).toHaveLength(4);

    const beatsOf = async (name: string) => (await server.call('GET', `/v1/detectors/${name}/heartbeats`)).json.items;
    expect(await beatsOf('LVD')).toMatchObject([
      { detector_status: 'OFF', sent_time_utc: null, latency_s: null },
      { detector_status: 'ON', sent_time_utc: toMicroseconds(ago(2)), interval_s: null },
    ]);
    expect(await beatsOf('XENONnT')).toMatchObject([
      { detector_status: 'ON', sent_time_utc: toMicroseconds(ago(1)), interval_s: null },
    ]);

    expect(jsonLines(await readFile(active, 'utf8'))).toMatchObject([
      { tier: 'CoincidenceTier', ...YOUNG, id: 'KM3NeT_CoincidenceTier_None', schema_version: '0.2' },
    ]);
    const { id, detector_names: _, p_vals: __, neutrino_times: ___, p_vals_average, ...same } = ALERT;
    expect(jsonLines(await readFile(alerts, 'utf8'))).toEqual([
      {
        ...same,
        message_id: id,
        detector_names: "['Super-K', 'LVD']",
        p_vals: '[0.25, None]',
        neutrino_times: `['${FIRST.neutrino_time_utc}', '${LVD.neutrino_time_utc}']`,
        p_vals_average: String(p_vals_average),
      },
    ]);
  });

  test('raises nothing, and is taken once', async () => {
    expect((await server.call('GET', '/v1/alerts')).json.items).toEqual([]);
    const audit = await runCommand(['check', '--cache', 'live'], { env: { DATABASE_URL: server.databaseUrl } });
    expect(audit).toMatchObject({ exitCode: 0 });
    expect((await run('--json')).exitCode).toBe(0);
    expect((await server.call('GET', '/v1/observations')).json.items).toHaveLength(4);
    expect((await server.call('GET', '/v1/detectors/LVD/heartbeats')).json.items).toHaveLength(2);
  });

  test('has a table of alerts that stays empty with its own schema: that is no error', async () => {
    const own = join(folder, 'own.db');
    await fillSnewsCsDatabase(String(python), own, [['observe', { ...FIRST }]]);
    const empty = join(folder, 'empty.jsonl');
    const { out, exitCode } = await runCommand(['import', own, '--dry-run', '--alerts', empty], {
      env: { DATABASE_URL: server.databaseUrl },
    });
    expect(out).toContain('1 observations, ');
    expect(out).toContain('0 heartbeats: 0 would be imported\n0 alerts: ');
    expect(exitCode).toBe(0);
  });
});
