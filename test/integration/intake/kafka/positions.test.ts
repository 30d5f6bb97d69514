import { beforeEach, describe, expect, test } from 'vitest';
import { StreamStarts } from '../../../../src/intake/kafka/positions.js';
import { startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { cachesForEachTest, poolForEachTest } from '../../../support/caches.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog } from '../../../support/logs.js';
import { readerDefaults, scriptedKafka } from '../../../support/scripted-kafka.js';

const PARTITION = { cluster: 'c', topic: 't', partition: 0 };

const { log, lines, messages, clear } = captureLog('warn');
const caches = cachesForEachTest();
const pool = poolForEachTest(caches, log);
beforeEach(async () => {
  clear();
});

const DOUBT = { milliseconds: 400, lookEvery: 20 };

function starts() {
  return new StreamStarts(pool, 'latest', log, DOUBT);
}

async function store(position: number): Promise<void> {
  await pool.query(
    `INSERT INTO stream_position VALUES ('c', 't', 0, $1, now())
    ON CONFLICT (cluster, topic, partition) DO UPDATE SET position = excluded.position`,
    [position],
  );
}

async function position(): Promise<number> {
  return Number((await pool.query('SELECT position FROM stream_position')).rows[0].position);
}

const bounds = (low: number, high: number) => [{ partition: 0, low: BigInt(low), high: BigInt(high) }];

describe('a topic that was never read', () => {
  /** Two partitions that have records. */
  const old = async () => [
    { partition: 0, low: 2n, high: 10n },
    { partition: 1, low: 0n, high: 7n },
  ];

  async function begins(first: ReturnType<typeof starts>): Promise<(bigint | undefined)[]> {
    const found = await first.establish('c', 't', old);
    return [0, 1].map((partition) => found.get(partition)?.position);
  }

  test('begins at its end, and one that is read already at the beginning of a partition that is added', async () => {
    expect(await begins(starts())).toEqual([10n, 7n]);
    const added = { partition: 2, low: 0n, high: 3n };
    const found = await starts().establish('c', 't', async () => [...(await old()), added]);
    expect([...found.values()].map((start) => start.position)).toEqual([10n, 7n, 0n]);
    expect(lines).toEqual([]);
  });

  test('begins at its end also if the database is lost while that is stored', async () => {
    await pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.partition = 1 THEN RAISE EXCEPTION 'lost'; END IF; RETURN NEW; END $$`);
    await pool.query('CREATE TRIGGER fail BEFORE INSERT ON stream_position FOR EACH ROW EXECUTE FUNCTION fail()');
    await expect(begins(starts())).rejects.toThrow('lost');
    await pool.query('DROP FUNCTION fail CASCADE');
    expect(await begins(starts())).toEqual([10n, 7n]);
  });

  test('begins where its end was when it was seen first', async () => {
    const first = starts();
    await first.settleFirst('c', 't', async () => [
      { partition: 0, low: 2n, high: 9n },
      { partition: 1, low: 0n, high: 0n },
    ]);
    expect(await begins(first)).toEqual([9n, 0n]);
    await first.settleFirst('c', 't', old);
    expect(await begins(first)).toEqual([9n, 0n]);
  });

  test.each([
    [
      'was missing before: whoever made it wrote to it first',
      async (first: ReturnType<typeof starts>) => first.missing('t'),
      'the topic was missing before',
    ],
    [
      'was read in another cluster: this one takes its place',
      async () => void (await pool.query(`INSERT INTO stream_position VALUES ('former', 't', 0, 5000, now())`)),
      'the topic was read in another cluster before',
    ],
  ])('begins at its first record, and tells so, if it %s', async (_, before, reason) => {
    const first = starts();
    await before(first);
    expect(await begins(first)).toEqual([2n, 0n]);
    expect(await begins(starts())).toEqual([2n, 0n]);
    const details = { cluster: 'c', topic: 't', records: 15, reason };
    expect(lines).toEqual([{ level: 'warn', message: 'kafka:read-from-the-beginning', details }]);
  });
});

test('a topic that was missing before and is still empty is nothing to tell of', async () => {
  const first = starts();
  first.missing('t');
  expect((await first.establish('c', 't', async () => bounds(0, 0))).get(0)?.position).toBe(0n);
  expect(lines).toEqual([]);
});

describe('a position that seems to lie outside the log', () => {
  test('stays where it is while the end lags behind it, as after a change of leader', async () => {
    await store(100);
    let end = 80;
    const grow = setTimeout(() => {
      end = 100;
    }, DOUBT.milliseconds / 2);
    const start = await starts().settle(
      PARTITION,
      async () => bounds(0, end),
      () => false,
    );
    clearTimeout(grow);
    expect(start).toMatchObject({ position: 100n, high: 100n });
    expect(await position()).toBe(100);
    expect(messages('error')).toEqual([]);
  });

  test('is read before the end is asked for: what another replica takes in between makes no doubt', async () => {
    await store(100);
    const start = await starts().establish('c', 't', async () => {
      const seen = bounds(0, 100);
      await store(105);
      return seen;
    });
    expect(start.get(0)).toMatchObject({ position: 100n, high: 100n });
  });

  test.each([
    [
      'is believed after a while, and begins anew: the log is shorter',
      bounds(3, 80),
      3,
      'kafka:position-outside-the-log',
    ],
    ['goes to where the log begins if records were removed', bounds(130, 140), 130, 'kafka:records-removed'],
  ])('%s', async (_, log, begins, message) => {
    await store(100);
    const since = performance.now();
    const start = await starts().settle(
      PARTITION,
      async () => log,
      () => false,
    );
    expect(performance.now() - since).toBeGreaterThanOrEqual(DOUBT.milliseconds);
    expect(start?.position).toBe(BigInt(begins));
    expect(await position()).toBe(begins);
    expect(messages('error')).toEqual([message]);
  });

  test('is moved and told of once, however many settle it at the same time', async () => {
    await store(100);
    const look = async () => bounds(130, 140);
    const settled = await Promise.all([1, 2, 3].map(() => starts().settle(PARTITION, look, () => false)));
    expect(settled.map((start) => start?.position)).toEqual([130n, 130n, 130n]);
    expect(messages('error')).toEqual(['kafka:records-removed']);
  });

  test('is where another replica has moved it, also at the last moment: that is told of by the other one only', async () => {
    await store(100);
    let first: number | undefined;
    const look = async () => {
      first ??= performance.now();
      if (performance.now() - first >= DOUBT.milliseconds) await store(70);
      return bounds(0, 80);
    };
    expect((await starts().settle(PARTITION, look, () => false))?.position).toBe(70n);
    expect((await starts().beginAnew(PARTITION, look, 100n)).position).toBe(70n);
    expect(await position()).toBe(70);
    expect(messages()).toEqual([]);
  });

  test('is left alone if somebody else moves it meanwhile, or nobody waits any more', async () => {
    await store(100);
    let looks = 0;
    const moved = await starts().settle(
      PARTITION,
      async () => {
        if (++looks === 3) await store(70);
        return bounds(0, 80);
      },
      () => false,
    );
    expect(moved?.position).toBe(70n);
    await store(100);
    expect(
      await starts().settle(
        PARTITION,
        async () => bounds(0, 80),
        () => true,
      ),
    ).toBeUndefined();
    expect(await position()).toBe(100);
    expect(messages('error')).toEqual([]);
  });
});

describe('a reader', () => {
  const beat = (offset: number, status = 'ON') => ({
    offset: String(offset),
    timestamp: String(1_900_000_000_000 + offset),
    headers: {},
    key: null,
    value: Buffer.from(JSON.stringify({ tier: 'Heartbeat', detector_name: 'JUNO', detector_status: status })),
  });

  function read() {
    const script = scriptedKafka();
    const reader = startStreamReader({
      ...readerDefaults,
      kafka: script.kafka,
      topics: { observations: 't' },
      starts: starts(),
      cacheService: caches.service,
      log,
    });
    const batch = (messages: ReturnType<typeof beat>[]) =>
      script.batch({
        batch: { topic: 't', partition: 0, messages, lastOffset: () => messages.at(-1)?.offset ?? '0' },
        heartbeat: async () => undefined,
        isRunning: () => true,
        isStale: () => false,
        resolveOffset: () => undefined,
      });
    const assign = async (low: number, high: number) => {
      script.bounds.set(0, { low, high });
      await script.untilRunning();
      script.join({ t: [0] });
      await eventually(() => expect(script.seeks.length + script.paused.length).toBeGreaterThan(0));
    };
    return { script, reader, batch, assign };
  }

  /** Takes the records up to 4, and stops. */
  async function readFirst(): Promise<void> {
    await store(0);
    const { reader, batch, assign } = read();
    await assign(0, 5);
    await batch([0, 1, 2, 3, 4].map((offset) => beat(offset)));
    await reader.stop();
    expect(await position()).toBe(5);
  }

  test('reads the last record again when it is assigned a partition, and goes on behind it', async () => {
    await readFirst();
    const { script, reader, batch, assign } = read();
    await assign(0, 6);
    expect(script.seeks).toEqual(['t/0@4']);
    await batch([beat(4), beat(5)]);
    expect(await position()).toBe(6);
    expect(reader.isReading()).toBe(true);
    await reader.stop();
    expect(messages('error')).toEqual([]);
  });

  test.each([
    ['as long as', 5],
    ['longer than', 9],
  ])('begins anew where another log stands, %s the one it has read', async (_, high) => {
    await readFirst();
    const { script, reader, batch, assign } = read();
    await assign(0, high);
    await batch([beat(4, 'OFF')]);
    expect(reader.isReading()).toBe(false);
    expect(script.paused).toEqual(['t/0']);
    await eventually(() => expect(script.paused).toEqual([]));
    expect(script.seeks).toEqual(['t/0@4', 't/0@0']);
    expect(messages('error')).toEqual(['kafka:log-replaced']);
    await batch([0, 1, 2, 3, 4].map((offset) => beat(offset, 'OFF')));
    expect(await position()).toBe(5);
    expect(reader.isReading()).toBe(true);
    await reader.stop();
  });

  test('takes a removed record for no evidence', async () => {
    await readFirst();
    const compacted = read();
    await compacted.assign(0, 8);
    await compacted.batch([beat(7)]);
    // What comes behind a gap is taken once the client was told to read from there.
    await compacted.batch([beat(7)]);
    await compacted.reader.stop();
    expect(await position()).toBe(8);
    const retained = read();
    await retained.assign(8, 8);
    expect(retained.script.seeks).toEqual(['t/0@8']);
    await retained.reader.stop();
    expect(messages('error')).toEqual([]);
  });

  test('learns the last record of a position without one, and keeps it', async () => {
    await store(5);
    const { script, reader, batch, assign } = read();
    await assign(0, 5);
    expect(script.seeks).toEqual(['t/0@4']);
    await batch([beat(4)]);
    await eventually(async () => {
      const { rows } = await pool.query('SELECT record_offset FROM stream_position');
      expect(rows).toEqual([{ record_offset: 4n }]);
    });
    await reader.stop();
    const again = read();
    await again.assign(0, 5);
    await again.batch([beat(4, 'OFF')]);
    await again.reader.stop();
    expect(messages('error')).toEqual(['kafka:log-replaced']);
  });

  test('does not read a partition whose end lags until it is there again; others it reads', async () => {
    await store(5);
    await pool.query(`INSERT INTO stream_position VALUES ('c', 't', 1, 0, now())`);
    const { script, reader } = read();
    script.bounds.set(0, { low: 0, high: 3 }).set(1, { low: 0, high: 0 });
    await script.untilRunning();
    script.join({ t: [0, 1] });
    await eventually(() => expect(script.seeks).toEqual(['t/1@0']));
    expect(script.paused).toEqual(['t/0']);
    expect(reader.isReading()).toBe(false);
    script.bounds.set(0, { low: 0, high: 5 });
    await eventually(() => expect(script.seeks).toEqual(['t/1@0', 't/0@4']));
    expect(script.paused).toEqual([]);
    expect(reader.isReading()).toBe(true);
    await reader.stop();
    expect(await position()).toBe(5);
  });
});
