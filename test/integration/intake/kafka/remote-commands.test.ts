import { randomUUID } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createPool } from '../../../../src/database/pool.js';
import { createDeadLetterRetry } from '../../../../src/intake/kafka/dead-letter-retry.js';
import { startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { formerUuidOf } from '../../../../src/intake/kafka/record-identity.js';
import { createPasswordGuard } from '../../../../src/intake/kafka/remote-commands.js';
import { at, checkedCachesForEachTest, observation } from '../../../support/caches.js';
import { captureLog } from '../../../support/logs.js';
import { noRemoteEffects, readerDefaults, scriptedKafka, startsAt } from '../../../support/scripted-kafka.js';

const PASSWORD = 'the-password';
const HOUR = 3_600_000;

const caches = checkedCachesForEachTest();

interface Sent {
  readonly value: object | string;
  /** hop's `_id`. */
  readonly id?: string;
  /** Of the record, before now in milliseconds. */
  readonly age?: number;
  readonly offset?: number;
}

/** A reader of partition 0 of a topic, and what its commands caused. */
async function read(topic: string, records: readonly Sent[]): Promise<{ caused: string[]; logged: string[] }> {
  const caused: string[] = [];
  const captured = captureLog();
  const { log } = captured;
  const script = scriptedKafka();
  await caches.query('INSERT INTO stream_position VALUES ($1, $2, 0, 0, now()) ON CONFLICT DO NOTHING', ['c', topic]);
  await caches.query('UPDATE stream_position SET position = 0');
  const reader = startStreamReader({
    ...readerDefaults,
    kafka: script.kafka,
    topics: { observations: topic },
    starts: startsAt(async () => new Map([[0, 0n]])),
    cacheService: caches.service,
    guard: createPasswordGuard(PASSWORD, log),
    remote: {
      echo: (message) => caused.push(`echo ${JSON.parse(message).detector_name}`),
      displayHeartbeats: () => caused.push('heartbeats'),
      giveFeedback: () => caused.push('feedback'),
      changeBrokers: () => caused.push('brokers'),
    },
    allowedBrokers: ['b:9092'],
    commandMaxAge: HOUR,
    log,
  });
  await script.untilRunning();
  script.join({ [topic]: [0] });
  const messages = records.map(({ value, id, age = 0, offset }, i) => ({
    offset: String(offset ?? i),
    timestamp: String(now - age),
    headers: id === undefined ? {} : { _id: Buffer.from(id.replaceAll('-', ''), 'hex') },
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  }));
  await script.batch({
    batch: { topic, partition: 0, messages, lastOffset: () => messages.at(-1)?.offset ?? '0' },
    heartbeat: async () => undefined,
    isRunning: () => true,
    isStale: () => false,
    resolveOffset: () => undefined,
  });
  await reader.stop();
  return { caused, logged: captured.messages() };
}

const now = Date.now();
const RESET = { _id: '0_hard-reset', pass: PASSWORD, detector_name: 'Super-K', meta: {} };
const COMMANDS = [
  { _id: '0_display-heartbeats', pass: PASSWORD },
  { _id: '0_test-connection', detector_name: 'JUNO', meta: { status: 'sending' } },
  { _id: '0_Get-Feedback', detector_name: 'JUNO', email_address: 'a@b.example' },
  { _id: '0_broker-change', pass: PASSWORD, detector_name: 'JUNO', new_broker: 'kafka://b:9092/topic' },
];
const CAUSED = ['heartbeats', 'echo JUNO', 'feedback', 'brokers'];

async function kinds(): Promise<string[]> {
  const { rows } = await caches.query(
    `SELECT kind FROM message WHERE kind NOT IN ('Switch') ORDER BY received_at, kind`,
  );
  return rows.map(({ kind }) => kind);
}

async function letters(): Promise<number> {
  return (await caches.query('SELECT FROM dead_letter')).rowCount ?? 0;
}

describe('a command that comes a second time', () => {
  test.each([
    ['known by its _id, from a topic that mirrors the first', randomUUID(), 'mirror', 7],
    ['known by its place', undefined, 'topic', 0],
  ])('resets no second time: %s', async (_, id, topic, offset) => {
    const sent = { value: RESET, offset, ...(id === undefined ? {} : { id }) };
    await caches.service.observe(observation('JUNO', at(0)));
    await read('topic', [{ ...sent, offset: 0 }]);
    expect(await caches.tables()).toEqual([]);
    await caches.service.observe(observation('DUNE', at(1)));
    await read(topic, [sent]);
    expect(await caches.tables()).toHaveLength(1);
    expect((await kinds()).filter((kind) => kind === 'Reset')).toHaveLength(1);
    expect((await caches.query(`SELECT FROM admin_act WHERE act = 'cache:reset'`)).rowCount).toBe(1);
    if (id !== undefined) expect((await caches.query('SELECT FROM message WHERE uuid = $1', [id])).rowCount).toBe(1);
    expect(await letters()).toBe(0);
  });

  test('twice in one batch resets once, and one under an _id of its own resets again', async () => {
    const id = randomUUID();
    const resets = [
      { value: RESET, id },
      { value: RESET, id },
      { value: RESET, id: randomUUID() },
    ];
    const { logged } = await read('topic', resets);
    expect((await kinds()).filter((kind) => kind === 'Reset')).toHaveLength(2);
    expect(logged.filter((message) => message === 'kafka:command')).toHaveLength(2);
  });

  test('under the _id of another command is a conflict', async () => {
    const id = randomUUID();
    await read('topic', [
      { value: RESET, id },
      { value: { ...RESET, is_test: true }, id },
    ]);
    const { rows } = await caches.query('SELECT reason FROM dead_letter');
    expect(rows).toEqual([{ reason: 'conflict' }]);
  });

  test('of any kind has no second effect, by _id or by place', async () => {
    const sent = COMMANDS.map((value, i) => (i % 2 === 0 ? { value, id: randomUUID() } : { value }));
    const { caused } = await read('topic', [...sent, ...COMMANDS.map((value) => ({ value, id: randomUUID() }))]);
    expect(caused).toEqual([...CAUSED, ...CAUSED]);
    expect((await read('topic', sent)).caused).toEqual([]);
    const known = sent.filter(({ id }) => id !== undefined);
    expect((await read('mirror', known)).caused).toEqual([]);
    expect(await kinds()).toHaveLength(8);
    expect(await letters()).toBe(0);
  });

  test('in a topic that was made anew is another one, though its place is the same', async () => {
    const value = COMMANDS[0] ?? {};
    expect((await read('topic', [{ value, age: 10_000 }])).caused).toEqual(['heartbeats']);
    expect((await read('topic', [{ value }])).caused).toEqual(['heartbeats']);
  });
});

describe('a command that was older than COMMAND_MAX_AGE when it came', () => {
  test('is kept and logged, and not carried out, nor later under the same _id', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    const old = [RESET, ...COMMANDS].map((value) => ({ value, id: randomUUID(), age: HOUR + 60_000 }));
    const { caused, logged } = await read('topic', old);
    expect(caused).toEqual([]);
    expect(await caches.tables()).toHaveLength(1);
    expect((await kinds()).filter((kind) => kind === 'OutdatedCommand')).toHaveLength(5);
    expect(logged.filter((message) => message === 'kafka:command-outdated')).toHaveLength(5);
    expect(JSON.stringify((await caches.query('SELECT * FROM message')).rows)).not.toContain(PASSWORD);

    const again = await read(
      'mirror',
      old.map(({ age: _, ...young }) => young),
    );
    expect(again.caused).toEqual([]);
    expect(again.logged).not.toContain('kafka:command-outdated');
    expect(await caches.tables()).toHaveLength(1);
    expect(await letters()).toBe(0);
  });

  test('has no effect and is no conflict if it was carried out in its time', async () => {
    const sent = [RESET, ...COMMANDS].map((value) => ({ value, id: randomUUID() }));
    await read('topic', sent);
    await caches.service.observe(observation('JUNO', at(0)));
    const { caused } = await read(
      'mirror',
      sent.map((one) => ({ ...one, age: 2 * HOUR })),
    );
    expect(caused).toEqual([]);
    expect(await caches.tables()).toHaveLength(1);
    expect(await kinds()).not.toContain('OutdatedCommand');
    expect(await letters()).toBe(0);
  });
});

describe('a password', () => {
  const guess = { value: { ...RESET, pass: 'guessed' } };

  test('that is right is taken however many wrong ones came before', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await read('topic', [...Array.from({ length: 50 }, () => guess), { value: RESET }]);
    expect(await caches.tables()).toEqual([]);
    const { rows } = await caches.query('SELECT DISTINCT reason, detail FROM dead_letter');
    expect(rows).toEqual([
      { reason: 'forbidden', detail: 'The command 0_hard-reset was not carried out: its password is wrong.' },
    ]);
  });

  test('is not kept, which whoever tries its dead letter again is told: that is no guess', async () => {
    await read('topic', [guess]);
    const { log, messages } = captureLog('warn');
    const pool = createPool(caches.databaseUrl, log);
    const replay = createDeadLetterRetry({
      pool,
      cacheService: caches.service,
      firedrillTopic: 'drills',
      guard: createPasswordGuard('***', log),
      remote: noRemoteEffects,
      allowedBrokers: [],
      commandMaxAge: HOUR,
      log,
    });
    const { rows } = await caches.query('SELECT id FROM dead_letter');
    expect(await replay(Number(rows[0]?.id))).toMatchObject({
      kind: 'rejected',
      error: { reason: 'forbidden', detail: expect.stringContaining('its password is not kept with a dead letter') },
    });
    await pool.end();
    expect(messages()).not.toContain('kafka:wrong-password');
  });
});

describe('a rejected record', () => {
  test('is one dead letter, however often it is read, and each of several under one _id is kept', async () => {
    const id = randomUUID();
    const rejected = [
      { value: 'no JSON' },
      { value: 'no JSON', id },
      { value: '{"_id": "0_nothing"}', id },
      { value: '' },
    ];
    await read('topic', rejected);
    expect(await letters()).toBe(4);
    await read('topic', rejected);
    await read('mirror', rejected.slice(1, 3));
    expect(await letters()).toBe(4);
  });

  test('that an earlier release kept is not kept again', async () => {
    await read('topic', [{ value: 'no JSON' }]);
    await caches.query('UPDATE dead_letter SET record_uuid = NULL');
    await read('topic', [{ value: 'no JSON' }, { value: 'no JSON' }]);
    expect(await letters()).toBe(2);
  });
});

describe('a record without identity', () => {
  const beat = (fields: object = {}) => ({
    tier: 'Heartbeat',
    detector_name: 'JUNO',
    detector_status: 'ON',
    ...fields,
  });

  test('in a topic that was made anew conflicts with none at its place before', async () => {
    await read('topic', [{ value: beat({ detector_status: 'OFF' }), age: 60_000 }]);
    await read('topic', [{ value: beat() }]);
    await read('topic', [{ value: beat() }]);
    expect(await kinds()).toEqual(['Heartbeat', 'Heartbeat']);
    expect(await letters()).toBe(0);
  });

  test.each(['Heartbeat', 'TimingTier', 'CoincidenceTier'])(
    'that an earlier release has stored is known: %s',
    async (kind) => {
      const time = new Date(now - 60_000).toISOString();
      const values = {
        Heartbeat: beat(),
        CoincidenceTier: { tier: kind, detector_name: 'JUNO', neutrino_time_utc: time },
        TimingTier: { tier: kind, detector_name: 'JUNO', neutrino_time_utc: time, timing_series: [1, 2] },
      };
      const value = values[kind as keyof typeof values];
      await read('topic', [{ value }]);
      const place = formerUuidOf(0n, { cluster: 'c', topic: 'topic', partition: 0 });
      const former = kind === 'TimingTier' ? uuidV5(kind, place) : place;
      await caches.query('UPDATE message SET uuid = $1 WHERE kind = $2', [former, kind]);
      await caches.query('UPDATE observation SET uuid = $1', [former]);
      await read('topic', [{ value }]);
      expect(await kinds()).toEqual([kind]);
      await read('topic', [{ value, age: 1_000 }]);
      expect(await kinds()).toEqual([kind, kind]);
    },
  );
});
