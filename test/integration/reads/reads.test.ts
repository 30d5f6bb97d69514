import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseAway } from '../../../src/domain/database-away.js';
import { parseUtc } from '../../../src/domain/time.js';
import { createDetectors } from '../../../src/reads/detectors.js';
import { openReads, type Reads } from '../../../src/reads/reads.js';
import { createMigratedDatabase, type TestDatabase } from '../../support/database.js';
import { silentLog } from '../../support/logs.js';
import { openStored, receivedAt, type Stored } from '../../support/stored.js';
import { allTables, asSent, wholeEvent } from '../../support/whole-reads.js';

let database: TestDatabase;
let stored: Stored;
let opened: ReturnType<typeof openReads>;
let reads: Reads;

beforeAll(async () => {
  database = await createMigratedDatabase();
  opened = openReads(database.url, silentLog);
  reads = opened.reads;
});

beforeEach(async () => {
  await stored?.end();
  stored = await openStored(database.url);
  await stored.client.query('TRUNCATE observation, sub_group, event, alert, message, detector');
  await stored.client.query(`UPDATE cache SET version = 0, next_sequence = 1, engine = 'complete'`);
});

afterAll(async () => {
  await stored.end();
  await opened.close();
  await database.drop();
});

const T = (second: number, decimals = '0') => `2030-01-01T12:34:${String(second).padStart(2, '0')}.${decimals}Z`;

describe('tables', () => {
  it('are none in a cache without sub-groups', async () => {
    await expect(reads.subGroups.page('test', {}, 1_000)).resolves.toEqual({
      cache: 'test',
      engine: 'complete',
      version: 0,
      as_of: '2030-01-01T12:35:00.123000000Z',
      sub_groups: [],
      next: null,
    });
  });

  it('are those that are open, by number, with rows in table order', async () => {
    await stored.observation({ command: 1, detector: 'B', time: T(5), pVal: 0.4 });
    await stored.observation({ command: 2, detector: 'A', time: T(1, '000000001'), meta: { z: 1, a: [2] } });
    await stored.observation({ command: 2, detector: 'A', time: T(1), cache: 'test' });
    await stored.subGroup({
      number: 3,
      rows: [2, 1],
      deltas: [0, 3.999999999],
      anchor: T(1),
      eventId: 'SN-20300101-1',
    });
    await stored.subGroup({ number: 1, rows: [1], deltas: [0], anchor: T(5) });
    await stored.subGroup({ number: 0, rows: [2, 1], deltas: [0, 4], anchor: T(1), closedAt: receivedAt(9) });
    const { sub_groups } = await allTables(reads.subGroups, 'live');
    expect(sub_groups.map(({ number }) => number)).toEqual([1, 3]);
    expect(sub_groups[1]).toMatchObject({
      event_id: 'SN-20300101-1',
      p_values_average: 0.4,
      created_at: '2030-01-01T12:35:00.123000000Z',
      rows: [
        { detector_name: 'A', neutrino_time_utc: T(1, '000000001'), neutrino_time_delta: 0, meta: { z: 1, a: [2] } },
        { detector_name: 'B', neutrino_time_delta: 3.999999999, p_val: 0.4, received_time_utc: receivedAt(1) },
      ],
    });
    expect(Object.keys(sub_groups[1]?.false_alarm ?? {})).toEqual([
      'rate_hz',
      'mean_years_between',
      'online_detectors',
      'coincident_detectors',
      'measured',
    ]);
    // As a version before the measured figure stored it.
    expect(sub_groups[1]?.false_alarm?.measured).toBeNull();
    expect(asSent(await reads.subGroups.one('live', 3))).toEqual(sub_groups[1]);
    await expect(reads.subGroups.one('live', 0)).resolves.toBeNull();
  });

  it('agree with the version beside them while they change', async () => {
    await stored.observation({ command: 1, detector: 'A', time: T(1) });
    await stored.subGroup({ number: 0, rows: [1], deltas: [0], anchor: T(1) });
    const writer = await openStored(database.url);
    let isDone = false;
    const writing = (async () => {
      for (let version = 1; version <= 300; version++) {
        await writer.client.query(`BEGIN; UPDATE cache SET version = ${version} WHERE name = 'live';
          UPDATE sub_group SET number = ${version}; COMMIT`);
      }
      isDone = true;
    })();
    while (!isDone) {
      const view = await reads.subGroups.page('live', {}, 1_000);
      expect(view.sub_groups.map(({ number }) => number)).toEqual([view.version]);
    }
    await writing;
    await writer.end();
  });

  it.each(['complete', 'reference'])('that hold an observation are found under the engine %s', async (engine) => {
    await stored.client.query('UPDATE cache SET engine = $1', [engine]);
    await stored.observation({ command: 1, detector: 'A', time: T(1) });
    const held = await stored.observation({ command: 2, detector: 'B', time: T(11) });
    await stored.subGroup({ number: 0, rows: [1, 2], deltas: [0, 10], anchor: T(1) });
    await stored.subGroup({ number: 1, rows: [2], deltas: [0], anchor: T(11) });
    await stored.subGroup({ number: 2, rows: [1], deltas: [0], anchor: T(1) });
    await stored.subGroup({ number: 3, rows: [1, 2], deltas: [0, 10], anchor: T(1), closedAt: receivedAt(9) });
    // Only snews_cs mixes what lies apart.
    await stored.subGroup({ number: 4, rows: [1, 2], deltas: [0, 10], anchor: T(55) });
    const tables = await reads.subGroups.holding('live', held);
    expect(tables.map(({ number }) => number)).toEqual(engine === 'complete' ? [0, 1] : [0, 1, 4]);
    expect(tables[0]?.rows).toHaveLength(2);
    await expect(reads.subGroups.holding('test', held)).resolves.toEqual([]);
  });
});

describe('alerts', () => {
  it('are listed by what caused them, by event and by the time they were sent', async () => {
    const alerts = reads.alerts;
    const messageUuid = '9ccdc218-2552-4e33-b023-04308a21bd20';
    await stored.alerts('live', [{}, { messageUuid }, { eventId: 'SN-20300101-2', messageUuid }]);
    await stored.client.query(
      `WITH caused AS (UPDATE alert SET command = 2 WHERE message_uuid = $1)
      INSERT INTO message (uuid, kind, cache, command, received_at, fingerprint, source)
      VALUES ($1, 'CoincidenceTier', 'live', 2, now(), '', 'test')`,
      [messageUuid],
    );
    const sequences = async (filter: object) =>
      (await alerts.list({ cache: 'live', ...filter }, { limit: 9 })).items.map(({ sequence }) => sequence);
    expect((await alerts.causedBy(messageUuid)).map(({ sequence }) => sequence)).toEqual([2, 3]);
    await expect(sequences({ eventId: 'SN-20300101-2' })).resolves.toEqual([3]);
    await expect(sequences({ from: parseUtc(receivedAt(2)), to: parseUtc(receivedAt(2)) })).resolves.toEqual([2]);
    await expect(sequences({ cache: 'test' })).resolves.toEqual([]);
    await expect(alerts.newest('live')).resolves.toBe(3);
    await expect(alerts.newest('test')).resolves.toBe(0);
    expect((await alerts.after('live', 1, 1)).map(({ sequence }) => sequence)).toEqual([2]);
  });
});

describe('observations', () => {
  it('are filtered by detector, state and neutrino time, both ends included', async () => {
    await stored.observation({ command: 1, detector: 'A', time: T(1, '000000001') });
    await stored.observation({ command: 2, detector: 'B', time: T(2), state: 'retracted' });
    await stored.observation({ command: 3, detector: 'A', time: T(3), cache: 'test' });
    const commands = async (filter: object) =>
      (await reads.observations.list({ cache: 'live', ...filter }, { limit: 9 })).items.map(
        ({ received_time_utc }) => received_time_utc,
      );
    await expect(commands({})).resolves.toEqual([receivedAt(1), receivedAt(2)]);
    await expect(commands({ detectorName: 'A' })).resolves.toEqual([receivedAt(1)]);
    await expect(commands({ state: 'retracted' })).resolves.toEqual([receivedAt(2)]);
    await expect(commands({ from: parseUtc(T(1, '000000001')), to: parseUtc(T(2)) })).resolves.toHaveLength(2);
    await expect(commands({ from: parseUtc(T(1, '000000002')) })).resolves.toEqual([receivedAt(2)]);
    await expect(commands({ to: parseUtc(T(1, '999999999')) })).resolves.toEqual([receivedAt(1)]);
  });
});

describe('events', () => {
  it('show the table with most rows, then the lowest number, of those that are open', async () => {
    for (const command of [1, 2, 3]) await stored.observation({ command, detector: `D${command}`, time: T(command) });
    await stored.event('SN-20300101-1', 'open');
    const of = { eventId: 'SN-20300101-1', anchor: T(1) };
    await stored.subGroup({ ...of, number: 4, rows: [1, 3], deltas: [0, 2] });
    await stored.subGroup({ ...of, number: 2, rows: [2, 3], deltas: [0, 1] });
    await stored.subGroup({ ...of, number: 1, rows: [2], deltas: [0] });
    await stored.subGroup({ ...of, number: 0, rows: [1, 2, 3], deltas: [0, 1, 2], closedAt: receivedAt(9) });
    await stored.alerts('live', [{}, {}]);
    const event = await wholeEvent(reads.events, 'SN-20300101-1');
    expect(event).toMatchObject({ state: 'open', best_table: { number: 2 }, related_events: [] });
    expect(event?.sub_groups.map(({ number }) => number)).toEqual([0, 1, 2, 4]);
    expect(event?.alerts.map(({ sequence }) => sequence)).toEqual([1, 2]);
    await expect(wholeEvent(reads.events, 'SN-20300101-9')).resolves.toBeNull();
  });

  it('show the largest sub-group of those that were closed last when none is open', async () => {
    for (const command of [1, 2, 3]) await stored.observation({ command, detector: `D${command}`, time: T(command) });
    await stored.event('SN-20300101-1', 'closed');
    const of = { eventId: 'SN-20300101-1', anchor: T(1) };
    await stored.subGroup({ ...of, number: 0, rows: [1, 2, 3], deltas: [0, 1, 2], closedAt: receivedAt(8) });
    await stored.subGroup({ ...of, number: 1, rows: [2], deltas: [0], closedAt: receivedAt(9) });
    await stored.subGroup({ ...of, number: 2, rows: [1, 2], deltas: [0, 1], closedAt: receivedAt(9) });
    await stored.client.query('DELETE FROM observation WHERE command = 1');
    const event = await wholeEvent(reads.events, 'SN-20300101-1');
    // An observation that is older than the retention is gone; the table is still the best.
    expect(event?.best_table).toMatchObject({ number: 2, rows: [{ detector_name: 'D2' }] });
  });

  it('are related if they share observations', async () => {
    const [a, b, c, d] = ['00000001', '00000002', '00000003', '00000004'].map(
      (id) => `${id}-0000-4000-8000-000000000000`,
    );
    for (const ordinal of [1, 2, 3, 4]) await stored.event(`SN-20300101-${ordinal}`, 'open');
    const alert = (ordinal: number, ...observations: (string | undefined)[]) => ({
      eventId: `SN-20300101-${ordinal}`,
      observations: observations.filter((uuid) => uuid !== undefined),
    });
    await stored.alerts('live', [alert(1, a, b), alert(1, b), alert(2, b, c), alert(3, c, d), alert(4)]);
    const related = async (ordinal: number) =>
      (await wholeEvent(reads.events, `SN-20300101-${ordinal}`))?.related_events;
    await expect(related(1)).resolves.toEqual(['SN-20300101-2']);
    await expect(related(2)).resolves.toEqual(['SN-20300101-1', 'SN-20300101-3']);
    await expect(related(4)).resolves.toEqual([]);
  });
});

describe('archived messages', () => {
  it('are those that were received between two times, both included, newest first', async () => {
    const uuids = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
    for (const [n, uuid] of uuids.entries()) {
      await stored.client.query(
        `INSERT INTO message (uuid, kind, cache, detector, received_at, fingerprint, source, body)
        VALUES ($1, 'TimingTier', 'live', 'LVD', $2, 'f', 'server', '{"n": 1}')`,
        [uuid, T(n + 1)],
      );
    }
    const filter = { tier: 'TimingTier', from: parseUtc(T(2)), to: parseUtc(T(3)) } as const;
    const { items, next } = await reads.archivedMessages.list(filter, { limit: 10 });
    expect(items.map(({ uuid }) => uuid)).toEqual([uuids[2], uuids[1]]);
    expect(items[0]).toMatchObject({ detector_name: 'LVD', received_time_utc: '2030-01-01T12:34:03.000000000Z' });
    expect(next).toBeNull();
  });
});

describe('dead letters', () => {
  it('tell when they were retried; an empty record has no excerpt, and what is unprintable is a dot', async () => {
    for (const [position, value, retriedAt] of [
      [1, null, T(5)],
      [2, Buffer.from('a\u0000\u0001b'), null],
    ]) {
      await stored.client.query(
        `INSERT INTO dead_letter (cluster, topic, partition, position, received_at, headers, value, reason, detail, created_at, replayed_at)
        VALUES ('c', 't', 0, $1, $2, '[]', $3, 'empty', 'd', $2, $4)`,
        [position, T(4), value, retriedAt],
      );
    }
    const { items } = await reads.deadLetters.list({ limit: 10 });
    expect(items.map(({ offset, excerpt, replayed_at }) => [offset, excerpt, replayed_at])).toEqual([
      [2, 'a·b', null],
      [1, '', '2030-01-01T12:34:05.000000000Z'],
    ]);
  });
});

describe('detectors', () => {
  it('are as their last heartbeat says, late when the next one is overdue, and off after a day of silence', async () => {
    const now = new Date('2030-01-02T00:00:00Z');
    const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
    for (const [i, name] of ['Late', 'Never', 'Off', 'On', 'Silent', 'Usual'].entries()) {
      await stored.client.query(`INSERT INTO detector VALUES ($1, $2, $1, 'liquid argon', 'Lead', 44.35, -103.75)`, [
        name,
        i,
      ]);
    }
    await stored.heartbeat('Late', hoursAgo(1), 'ON', 4, 600);
    await stored.heartbeat('Off', hoursAgo(1), 'OFF', 4, 7200);
    await stored.heartbeat('On', hoursAgo(24), 'ON');
    await stored.heartbeat('Silent', hoursAgo(24.001), 'ON');
    await stored.heartbeat('Usual', hoursAgo(1), 'ON', 4, 3600);
    const { items } = await createDetectors(opened.prisma, () => now).list({ limit: 9 });
    const shown = items.map(({ name, status, usual_interval, heartbeat_expected_by }) => [
      name,
      status,
      usual_interval?.mean_s ?? null,
      heartbeat_expected_by,
    ]);
    expect(shown).toEqual([
      // 600 s, and three times the least σ of a second.
      ['Late', 'LATE', 600, '2030-01-01T23:10:03.000000000Z'],
      ['Never', 'UNKNOWN', null, null],
      ['Off', 'OFF', 7200, null],
      ['On', 'ON', null, null],
      ['Silent', 'OFF', null, null],
      ['Usual', 'ON', 3600, '2030-01-02T00:00:03.000000000Z'],
    ]);
    expect(items[3]?.last_heartbeat).toEqual({
      received_time_utc: '2030-01-01T00:00:00.000000000Z',
      detector_status: 'ON',
      // 37 leap seconds at that time.
      sent_time_utc: '2029-12-31T23:59:22.000000037Z',
      latency_s: 0.25,
    });
    expect(items[1]?.last_heartbeat).toBeNull();
  });
});

it('says that the database is away, whatever is asked', async () => {
  const away = openReads('postgresql://postgres@127.0.0.1:1/nowhere', silentLog).reads;
  await expect(allTables(away.subGroups, 'live')).rejects.toBeInstanceOf(DatabaseAway);
  await expect(away.alerts.byId('9ccdc218-2552-4e33-b023-04308a21bd20')).rejects.toBeInstanceOf(DatabaseAway);
  await expect(wholeEvent(away.events, 'SN-20300101-1')).rejects.toBeInstanceOf(DatabaseAway);
});
