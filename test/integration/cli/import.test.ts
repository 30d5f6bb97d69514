import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import initSqlJs, { type Database } from 'sql.js';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { jsonLines, runCommand } from '../../support/cli.js';
import { folderForAllTests } from '../../support/for-tests.js';

const server = apiServerForAllTests();
const folder = folderForAllTests('snews-cli-import-');

/** The tables of snews_cs 3.0.1 that are imported. */
const OBSERVATIONS = `CREATE TABLE coincidence_tier_archive (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT,
  schema_version REAL, detector_name TEXT, p_val REAL, neutrino_time_utc TEXT, sent_time_utc TEXT,
  machine_time_utc TEXT, meta TEXT, expiration TEXT)`;
const ALERTS = `CREATE TABLE coincidence_tier_alerts (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT,
  alert_type TEXT, server_tag TEXT, false_alarm_prob TEXT, detector_names TEXT, sent_time_utc TEXT, p_vals TEXT,
  neutrino_times TEXT, p_vals_average TEXT, sub_list_number INTEGER)`;
/** As pandas makes it anew with each heartbeat: without an id. */
const HEARTBEATS = `CREATE TABLE cached_heartbeats (received_time_utc DATETIME, detector TEXT, stamped_time_utc DATETIME,
  latency BIGINT, time_after_last FLOAT, status TEXT)`;

async function databaseFile(name: string, fill: (database: Database) => void): Promise<string> {
  const { Database } = await initSqlJs();
  const database = new Database();
  fill(database);
  const path = join(folder.path, name);
  await writeFile(path, database.export());
  database.close();
  return path;
}

type Fields = Readonly<Record<string, string | number | null>>;

function insert(database: Database, table: string, fields: Fields): void {
  const names = Object.keys(fields);
  database.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(fields),
  );
}

const DAY = 86_400_000;
/** As snews_pt and numpy write times: nanoseconds, no zone. */
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString().replace('Z', '000000');
/** As pandas does. */
const pandas = (time: string) => time.replace('T', ' ').slice(0, 26);

const UUID = '0f0f8d52-3c86-4b5f-9d8e-51ac3a2f7c11';

function fill(database: Database): void {
  for (const table of [OBSERVATIONS, ALERTS, HEARTBEATS]) database.run(table);
  const row = (fields: Fields) => insert(database, 'coincidence_tier_archive', fields);
  const sent = ago(3 * DAY);
  row({
    message_id: 'LVD_CoincidenceTier_1',
    schema_version: 0.2,
    detector_name: 'LVD',
    p_val: 0.25,
    neutrino_time_utc: ago(3 * DAY + 2_000),
    sent_time_utc: sent,
    meta: "{'run': 42}",
  });
  row({
    message_id: 'LVD_CoincidenceTier_1',
    detector_name: 'DUNE',
    neutrino_time_utc: ago(3 * DAY + 1_000),
    sent_time_utc: sent,
    meta: '{"run": 42}',
  });
  row({
    message_id: UUID,
    detector_name: 'Super-K',
    neutrino_time_utc: ago(2 * DAY),
    machine_time_utc: 'NaT',
    meta: '{}',
  });
  // It would still be active.
  row({
    message_id: 'young',
    detector_name: 'Super-K',
    neutrino_time_utc: ago(3_600_000),
    sent_time_utc: ago(3_500_000),
  });
  row({ message_id: 'old', detector_name: 'Super-K', neutrino_time_utc: '2015-06-30T23:59:60' });
  row({ message_id: 'unknown', detector_name: 'KamLAND-Zen', neutrino_time_utc: ago(4 * DAY) });
  row({ message_id: 'p', detector_name: 'LVD', neutrino_time_utc: ago(4 * DAY), p_val: 1.5 });
  row({ message_id: 't', detector_name: 'LVD', neutrino_time_utc: 'in the night' });
  row({ message_id: 'm', detector_name: 'LVD', neutrino_time_utc: ago(4 * DAY), meta: 'x'.repeat(70_000) });
  row({ message_id: 'f', detector_name: 'LVD', neutrino_time_utc: '2200-01-01T00:00:00' });
  insert(database, 'coincidence_tier_alerts', {
    message_id: 'SNEWS_Coincidence_ALERT 1',
    alert_type: 'COINC_MSG',
    detector_names: "['LVD', 'DUNE']",
    p_vals: '[0.25, None]',
    sub_list_number: 0,
  });
  const beat = (fields: Fields) => insert(database, 'cached_heartbeats', fields);
  beat({
    received_time_utc: pandas(ago(120_000)),
    detector: 'XENONnT',
    stamped_time_utc: pandas(ago(121_000)),
    latency: 1,
    status: 'ON',
  });
  beat({
    received_time_utc: pandas(ago(60_000)),
    detector: 'XENONnT',
    stamped_time_utc: null,
    latency: 0,
    status: 'OFF',
  });
  beat({ received_time_utc: pandas(ago(9 * DAY)), detector: 'XENONnT', status: 'ON' });
  beat({ received_time_utc: pandas(ago(60_000)), detector: 'XENONnT', status: 'BURNING' });
}

const run = (...args: string[]) => runCommand(['import', ...args], { env: { DATABASE_URL: server.databaseUrl } });

async function counts() {
  const [row] = await server.query(
    'SELECT (SELECT count(*)::int FROM message) AS messages, (SELECT count(*)::int FROM observation) AS observations, ' +
      '(SELECT count(*)::int FROM heartbeat) AS heartbeats, (SELECT count(*)::int FROM alert) AS alerts, ' +
      "(SELECT string_agg(c::text, ';' ORDER BY name) FROM cache c) AS caches",
  );
  return row as { messages: number; observations: number; heartbeats: number; alerts: number; caches: string };
}

const isClean = async () =>
  (await runCommand(['check', '--cache', 'live'], { env: { DATABASE_URL: server.databaseUrl } })).out;

describe('the database of snews_cs', () => {
  let file: string;
  beforeAll(async () => {
    // There is a coincidence already, whose numbers must stay.
    const time = new Date().toISOString();
    for (const detector_name of ['LVD', 'JUNO']) {
      await server.call('POST', '/v1/observations', { detector_name, neutrino_time_utc: time });
    }
    file = await databaseFile('snews_cs.db', fill);
  });

  test('is looked at without a change', async () => {
    const before = await counts();
    const { out, exitCode } = await run(
      file,
      '--dry-run',
      '--active',
      join(folder.path, 'no.jsonl'),
      '--alerts',
      join(folder.path, 'no'),
    );
    expect(out).toMatch(/^10 observations, received from 2015-06-30T23:59:60\.000000000Z to .*: 3 would be imported$/m);
    expect(out).toContain('  1 are younger than 24 h');
    expect(out).toContain('  1 are older than the retention');
    expect(out).toContain('  1 are of the unknown detector KamLAND-Zen');
    expect(out).toContain(
      '  4 are unreadable: not imported\n    row 7: p_val is not a probability: 1.5\n    row 8: neutrino_time_utc: not a time',
    );
    expect(out).toContain('row 9: meta has more than 65536 characters\n    row 10: it was received in the future');
    expect(out).toMatch(/^4 heartbeats, .*: 2 would be imported$/m);
    expect(out).toContain('row 4: status is neither ON nor OFF: "BURNING"');
    expect(exitCode).toBe(1);
    expect(await counts()).toEqual(before);
    expect(await readdir(folder.path)).toEqual(['snews_cs.db']);
  });

  test('becomes history: no alert, no number, no table, and the audit stays clean', async () => {
    const before = await counts();
    const bytes = await readFile(file);
    const [active, alerts] = [join(folder.path, 'active.jsonl'), join(folder.path, 'alerts.jsonl')];
    const { out, exitCode } = await run(file, '--active', active, '--alerts', alerts, '--json');
    expect(exitCode).toBe(1);
    expect(jsonLines(out)[0]).toMatchObject({
      dry_run: false,
      observations: {
        rows: 10,
        taken: 3,
        known: 0,
        active: 1,
        old: 1,
        unreadable: 4,
        unknownDetectors: { 'KamLAND-Zen': 1 },
      },
      heartbeats: { rows: 4, taken: 2, old: 1, unreadable: 1 },
      alerts: { rows: 1 },
    });
    expect(await counts()).toEqual({
      ...before,
      messages: before.messages + 5,
      observations: before.observations + 3,
      heartbeats: before.heartbeats + 2,
    });
    expect(await isClean()).toContain('live cache: consistent');
    expect(await readFile(file)).toEqual(bytes);
    expect(jsonLines(await readFile(alerts, 'utf8'))).toMatchObject([
      { detector_names: "['LVD', 'DUNE']", sub_list_number: 0 },
    ]);
    expect(jsonLines(await readFile(active, 'utf8'))).toMatchObject([{ id: 'young', detector_name: 'Super-K' }]);
  });

  test('shows in the lists, before what came here', async () => {
    const { items } = (await server.call('GET', '/v1/observations?limit=2')).json;
    expect(items).toMatchObject([
      {
        id: 'LVD_CoincidenceTier_1',
        detector_name: 'LVD',
        state: 'expired',
        p_val: 0.25,
        schema_version: '0.2',
        meta: { snews_cs_meta: "{'run': 42}" },
      },
      { detector_name: 'DUNE', p_val: null, meta: { run: 42 } },
    ]);
    expect(items[0].received_time_utc).toBe(items[0].sent_time_utc);
    const all = jsonLines((await runCommand(['export', 'observations', '--url', server.url, '--key', ADMIN_KEY])).out);
    expect(all.map(({ detector_name }) => detector_name)).toEqual(['LVD', 'DUNE', 'Super-K', 'LVD', 'JUNO']);
    const paged = (await server.call('GET', '/v1/observations?limit=1')).json;
    const second = (await server.call('GET', `/v1/observations?limit=1&cursor=${paged.next_cursor}`)).json;
    expect(second.items).toMatchObject([{ detector_name: 'DUNE' }]);
    expect((await server.call('GET', `/v1/observations/${UUID}`)).json).toMatchObject({
      detector_name: 'Super-K',
      meta: null,
    });
    const detector = (await server.call('GET', '/v1/detectors/XENONnT')).json;
    expect(detector).toMatchObject({ status: 'OFF', last_heartbeat: { detector_status: 'OFF' } });
    expect((await server.call('GET', '/v1/detectors/XENONnT/heartbeats')).json.items).toMatchObject([
      { detector_status: 'OFF', latency_s: null },
      { detector_status: 'ON', interval_s: null },
    ]);
  });

  test('is imported once, however often', async () => {
    const before = await counts();
    const { out } = await run(file);
    expect(out).toMatch(/^10 observations, .*: 0 imported\n {2}3 are already imported, or repeat another row$/m);
    expect(out).toMatch(/^4 heartbeats, .*: 0 imported\n {2}2 are already imported, or repeat another row$/m);
    expect(await counts()).toEqual(before);
  });

  test('does not take what is here with other content, nor does anybody afterwards', async () => {
    const other = await databaseFile('other.db', (database) => {
      database.run(OBSERVATIONS);
      insert(database, 'coincidence_tier_archive', {
        message_id: UUID,
        detector_name: 'LVD',
        neutrino_time_utc: ago(5 * DAY),
      });
      insert(database, 'coincidence_tier_archive', {
        message_id: 'later',
        detector_name: 'LVD',
        neutrino_time_utc: ago(6 * DAY),
      });
    });
    const { out, exitCode } = await run(other);
    expect(out).toContain('2 observations');
    expect(out).toContain(
      ': 1 imported\n  1 have a uuid that is stored with other content: not imported\n0 heartbeats: 0 imported',
    );
    expect(exitCode).toBe(1);
    const again = { uuid: UUID, detector_name: 'Super-K', neutrino_time_utc: ago(2 * DAY) };
    const conflict = await server.call('POST', '/v1/observations', { ...again, neutrino_time_utc: ago(0) });
    expect(conflict.status).toBe(409);
    const { neutrino_time_utc } = (await server.call('GET', `/v1/observations/${UUID}`)).json;
    const same = await server.call('POST', '/v1/observations', { ...again, neutrino_time_utc });
    expect(same.json).toMatchObject({ duplicate: true, alerts: [], observation: { state: 'expired' } });
    // What was imported can't be withdrawn any more, as nothing that has expired can.
    const retraction = await server.call('POST', '/v1/retractions', {
      detector_name: 'Super-K',
      retract_message_uuid: UUID,
    });
    expect(retraction.json).toMatchObject({ retracted: [], alerts: [] });
    expect(await isClean()).toContain('live cache: consistent');
  });

  test('stays out of tables that are rebuilt', async () => {
    await runCommand(['cache', 'switch', '--engine', 'reference', '--window', '10', '--cache', 'live'], {
      env: { DATABASE_URL: server.databaseUrl },
    });
    expect(await isClean()).toContain('live cache: consistent');
  });
});

describe('what is no such database is refused, and nothing changes', () => {
  let before: Awaited<ReturnType<typeof counts>>;
  beforeEach(async () => {
    before = await counts();
  });

  async function refused(file: string, text: RegExp) {
    const { out, err, exitCode } = await run(file);
    expect(err).toMatch(text);
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
    expect(await counts()).toEqual(before);
  }

  test('no file', async () => await refused(join(folder.path, 'nowhere.db'), /there is no such file/));

  test('no SQLite', async () => {
    const file = join(folder.path, 'text.db');
    await writeFile(file, 'SQLite format 4, or so');
    await refused(file, /is not an SQLite database/);
  });

  test('another database', async () => {
    await refused(
      await databaseFile('another.db', (database) => database.run('CREATE TABLE t (x)')),
      /has none of the tables coinc/,
    );
  });

  test('other columns', async () => {
    const make = (database: Database) => database.run('CREATE TABLE coincidence_tier_archive (id, message_id, meta)');
    await refused(
      await databaseFile('columns.db', make),
      /columns schema_version, detector_name, p_val, neutrino.* are missing/,
    );
  });

  test('tables without rows to count', async () => {
    const columns = 'received_time_utc, detector, stamped_time_utc, status';
    const make = (database: Database) =>
      database.run(`CREATE VIEW cached_heartbeats AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
        SELECT x AS ${columns.replaceAll(', ', ', x AS ')} FROM n`);
    await refused(await databaseFile('view.db', make), /has none of the tables coincidence_tier_archive/);
  });

  test('a damaged file', async () => {
    const file = await databaseFile('damaged.db', (database) => {
      fill(database);
      for (let i = 0; i < 500; i++)
        insert(database, 'coincidence_tier_archive', { message_id: `m${i}`, detector_name: 'LVD' });
    });
    const bytes = await readFile(file);
    bytes.fill(0xa5, 4_096, bytes.length - 4_096);
    await writeFile(file, bytes);
    await refused(file, /is damaged|cannot be read/);
    await writeFile(file, bytes.subarray(0, 2_000));
    await refused(file, /is damaged|cannot be read/);
  });

  test('one that is being written', async () => {
    const file = await databaseFile('busy.db', fill);
    await writeFile(`${file}-wal`, 'not yet');
    await refused(file, /busy\.db-wal has changes that are not in .* yet: stop snews_cs/);
  });
});

test('a database with a write-ahead log that is empty can be read', async () => {
  const file = await databaseFile('wal.db', fill);
  const bytes = await readFile(file);
  bytes.fill(2, 18, 20);
  await writeFile(file, bytes);
  expect((await run(file, '--dry-run')).out).toContain('10 observations');
});
