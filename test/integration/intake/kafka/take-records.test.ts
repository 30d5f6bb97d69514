import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { ShuttingDown } from '../../../../src/cache/contract.js';
import type { Interpreted } from '../../../../src/intake/kafka/interpreted.js';
import { PartitionFailures } from '../../../../src/intake/kafka/partition-failures.js';
import { toRuns, toStretch } from '../../../../src/intake/kafka/stretches.js';
import { type PartitionProgress, type Taking, takeRuns } from '../../../../src/intake/kafka/take-records.js';
import { at, checkedCachesForEachTest, observation } from '../../../support/caches.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog } from '../../../support/logs.js';

const PARTITION = { cluster: 'a cluster', topic: 'observations', partition: 3 };
const LIMITS = { failures: 3, overMilliseconds: 300, inRow: 3, quietMilliseconds: 10_000, mostSeconds: 0.02 };

const caches = checkedCachesForEachTest();
beforeEach(async () => {
  await caches.query(`INSERT INTO stream_position VALUES ('a cluster', 'observations', 3, 0, now())`);
});

/** Observations, one a record. */
function records(
  count: number,
  after?: (offset: number) => void,
  from = 0,
): (Interpreted & { readonly uuid: string })[] {
  return Array.from({ length: count }, (_, index) => {
    const i = from + index;
    const command = observation(i % 2 === 0 ? 'JUNO' : 'DUNE', at(30 * i), { uuid: randomUUID() });
    const letter = () => ({
      uuid: command.uuid,
      offset: BigInt(i),
      receivedMs: Date.now(),
      headers: [],
      value: Buffer.from('x'),
    });
    const follows = after === undefined ? {} : { after: () => after(i) };
    return { uuid: command.uuid, offset: BigInt(i), lane: 'live' as const, item: { letter, command }, ...follows };
  });
}

const placeAt = (position: number): PartitionProgress => ({
  position: BigInt(position),
  record: undefined,
  unanswered: new Set(),
  moveTo: () => expect.unreachable('nobody else moves the position'),
});

function begin(records: readonly Interpreted[], fields: Partial<Taking> = {}) {
  const { log, messages } = captureLog('info');
  const failures = new PartitionFailures(LIMITS);
  let isOver = false;
  let tries = 0;
  const place = fields.place ?? placeAt(0);
  const options: Taking = {
    cacheService: caches.service,
    partition: PARTITION,
    place,
    failures,
    heartbeat: async () => undefined,
    isOver: () => isOver,
    readAt: (offset) => ({ offset, digest: `of ${offset}` }),
    log,
    ...fields,
  };
  const taking = again();
  taking.catch(() => undefined);

  /** As the reader does: what has failed is fetched again after a while, with all behind it. */
  async function again(): Promise<'taken' | 'over'> {
    for (;;) {
      const outcome = await takeRuns(toRuns(records.filter(({ offset }) => offset >= place.position)), options);
      if (outcome === 'taken' || outcome === 'over') return outcome;
      tries++;
      await pause(outcome.againIn);
    }
  }

  /** Waits until it has failed from now on more often and for longer than a record may that is to blame. */
  async function failsOn(): Promise<void> {
    const enough = tries + 2 * LIMITS.failures + Math.log2(records.length);
    const late = performance.now() + 2 * LIMITS.overMilliseconds;
    await eventually(() => {
      expect(tries).toBeGreaterThanOrEqual(enough);
      expect(performance.now()).toBeGreaterThan(late);
    });
  }
  return { taking, failures, messages, failsOn, end: () => (isOver = true) };
}

/** Makes statements on a table fail. @param when of the row */
async function breakTable(table: string, event: 'INSERT' | 'UPDATE', code: string, when = 'true'): Promise<void> {
  await caches.query(`CREATE FUNCTION fail_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF ${when} THEN RAISE EXCEPTION 'it fails' USING ERRCODE = '${code}'; END IF; RETURN NEW; END $$`);
  await caches.query(`CREATE TRIGGER fail BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION fail_${table}()`);
}

async function mendTable(table: string): Promise<void> {
  await caches.query(`DROP FUNCTION fail_${table} CASCADE`);
}

async function stored() {
  const { rows } = await caches.query(`SELECT (SELECT position::int FROM stream_position) AS position,
    (SELECT count(*)::int FROM observation) AS observations,
    (SELECT coalesce(array_agg(position::int ORDER BY position), '{}') FROM dead_letter WHERE reason = 'error') AS aside`);
  return rows[0];
}

const CODES = ['25006', '28P01', '3D000', '42501', '55000', '58030', 'XX000', '0A000', '57P04', '53100'];

describe('a transaction that fails', () => {
  test('whatever it fails with waits until it succeeds: nothing becomes a dead letter, one line is logged', async () => {
    for (const [i, code] of CODES.entries()) {
      await breakTable('stream_position', 'UPDATE', code);
      const from = i * 20;
      const { taking, failures, messages, failsOn } = begin(records(20, undefined, from), { place: placeAt(from) });
      await failsOn();
      expect(failures.isWaiting).toBe(true);
      expect(await stored()).toEqual({ position: from, observations: from, aside: [] });
      await mendTable('stream_position');
      expect(await taking).toBe('taken');
      expect(failures.isWaiting).toBe(false);
      expect(await stored()).toEqual({ position: from + 20, observations: from + 20, aside: [] });
      expect(messages()).toEqual(['kafka:transaction-failed']);
    }
  });

  test('as a table is not there waits: the record is not to blame', async () => {
    for (const [i, table] of ['observation', 'message', 'alert'].entries()) {
      await caches.query(`ALTER TABLE ${table} RENAME TO gone`);
      const { taking } = begin(records(3, undefined, 3 * i), { place: placeAt(3 * i) });
      // Longer than a record may fail. There is no event: not every transaction needs every table.
      await pause(3 * LIMITS.overMilliseconds);
      expect((await caches.query('SELECT FROM dead_letter')).rowCount).toBe(0);
      await caches.query(`ALTER TABLE gone RENAME TO ${table}`);
      expect(await taking).toBe('taken');
      expect(await stored()).toEqual({ position: 3 * i + 3, observations: 3 * i + 3, aside: [] });
    }
  });

  test('while its tables are locked against writing does not count against the record: a probe waits as well', async () => {
    const client = new pg.Client({ connectionString: caches.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE observation IN SHARE MODE');
    const [run] = toRuns(records(1));
    if (run === undefined) throw new Error('no run');
    let isProbed = false;
    const probing = caches.service.probe(toStretch(run, PARTITION, 0n)).finally(() => {
      isProbed = true;
    });
    // A probe that did not wait would have failed by now.
    await pause(500);
    expect(isProbed).toBe(false);
    await client.end();
    expect(await probing).toEqual({ kind: 'taken', errors: [] });
    expect(await stored()).toEqual({ position: 0, observations: 0, aside: [] });
  });

  test('ends without error when the partition is somebody else’s', async () => {
    await breakTable('stream_position', 'UPDATE', '25006');
    const { taking, failures, end } = begin(records(2));
    await eventually(() => expect(failures.isWaiting).toBe(true));
    end();
    expect(await taking).toBe('over');
    // Whoever has the partition next tells how it fares.
    failures.over();
    expect(failures.isWaiting).toBe(false);
    await mendTable('stream_position');
  });
});

describe('a record that fails alone', () => {
  const fail = (bad: readonly { readonly uuid: string }[]) =>
    breakTable('observation', 'INSERT', '22003', `NEW.uuid IN (${bad.map(({ uuid }) => `'${uuid}'`).join()})`);

  test('often and for long, where all else succeeds, becomes a dead letter; its neighbours are processed', async () => {
    const all = records(40);
    await fail(all.slice(17, 18));
    const begun = performance.now();
    const { taking, messages } = begin(all);
    expect(await taking).toBe('taken');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(LIMITS.overMilliseconds);
    expect(await stored()).toEqual({ position: 40, observations: 39, aside: [17] });
    expect(messages()).toEqual(['kafka:transaction-failed', 'kafka:record-dead-lettered']);
  });

  test('after three in a row becomes no dead letter: the partition stops there, reports it, and continues when the cause is repaired', async () => {
    const all = records(8);
    await fail(all.slice(1, 5));
    const { taking, failures, failsOn } = begin(all);
    await eventually(() => expect(failures.isStopped).toBe(true));
    await failsOn();
    expect(await stored()).toEqual({ position: 4, observations: 1, aside: [1, 2, 3] });
    await mendTable('observation');
    expect(await taking).toBe('taken');
    expect(failures.isStopped).toBe(false);
    expect(await stored()).toEqual({ position: 8, observations: 5, aside: [1, 2, 3] });
  });

  test('waits if not even the dead letter can be written', async () => {
    const all = records(3);
    await fail(all.slice(1, 2));
    await breakTable('dead_letter', 'INSERT', '53100');
    const { taking, failures, failsOn } = begin(all);
    await eventually(async () => expect((await stored()).observations).toBe(1));
    await failsOn();
    expect(failures.isWaiting).toBe(true);
    expect(await stored()).toEqual({ position: 1, observations: 1, aside: [] });
    await mendTable('dead_letter');
    expect(await taking).toBe('taken');
    expect(await stored()).toEqual({ position: 3, observations: 2, aside: [1] });
  });

  describe('when its dead letter is written', () => {
    /** @param instead what happens when it is written the first time */
    async function begun(instead: Taking['cacheService']['take'], fields: Partial<Taking> = {}) {
      const all = records(5);
      await fail(all.slice(1, 2));
      let isFirst = true;
      const take: typeof instead = (stretch) => {
        if (!isFirst || !stretch.items.some((item) => 'error' in item)) return caches.service.take(stretch);
        isFirst = false;
        return instead(stretch);
      };
      return begin(all, { cacheService: { probe: caches.service.probe, take }, ...fields });
    }

    test('and the answer is lost, is one dead letter all the same', async () => {
      const { taking } = await begun(async (stretch) => {
        await caches.service.take(stretch);
        throw new Error('Connection terminated unexpectedly');
      });
      expect(await taking).toBe('taken');
      expect(await stored()).toEqual({ position: 5, observations: 4, aside: [1] });
    });

    test('and another reader has the partition by then, is left to that one', async () => {
      const moves: bigint[] = [];
      const place = { ...placeAt(0), moveTo: (position: bigint) => moves.push(position) };
      const moved: Taking['cacheService']['take'] = async (stretch) => {
        await caches.query('UPDATE stream_position SET position = 4');
        return caches.service.take(stretch);
      };
      const { taking, messages } = await begun(moved, { place });
      expect([await taking, moves]).toEqual(['over', [4n]]);
      expect(await stored()).toEqual({ position: 4, observations: 1, aside: [] });
      expect(messages()).not.toContain('kafka:record-dead-lettered');
    });

    test('and the service shuts down, is left to the next one', async () => {
      let isEnding = false;
      const ending: Taking['cacheService']['take'] = async () => {
        isEnding = true;
        throw new ShuttingDown();
      };
      expect(await (await begun(ending, { isOver: () => isEnding })).taking).toBe('over');
      expect(await stored()).toEqual({ position: 1, observations: 1, aside: [] });
    });
  });
});

describe('a commit whose answer was lost', () => {
  test.each([1, 2, 7])('is known again: what follows its %i records is done once', async (count) => {
    const followed: number[] = [];
    let isLost = false;
    const { taking } = begin(
      records(count, (offset) => followed.push(offset)),
      {
        cacheService: {
          probe: caches.service.probe,
          async take(stretch) {
            const outcome = await caches.service.take(stretch);
            if (isLost) return outcome;
            isLost = true;
            throw new Error('Connection terminated unexpectedly');
          },
        },
      },
    );
    expect(await taking).toBe('taken');
    expect(followed).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(await stored()).toEqual({ position: count, observations: count, aside: [] });
  });

  test('is known again where fewer records come again than it had: what follows each is done once', async () => {
    const followed: number[] = [];
    const all = records(7, (offset) => followed.push(offset));
    await caches.service.take(toStretch({ lane: 'live', records: all }, PARTITION, 0n));
    const place = { ...placeAt(0), unanswered: new Set([7n]) };
    expect(await begin(all.slice(0, 3), { place }).taking).toBe('taken');
    expect(followed).toEqual([0, 1, 2]);
    expect(await begin(all, { place }).taking).toBe('taken');
    expect(followed).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await stored()).toEqual({ position: 7, observations: 7, aside: [] });
  });

  test.each([
    ['more records come again than it had', 0, 7],
    ['its records do not come again, as the broker has removed them', 4, 6],
  ])('is known again where %s: those behind it are taken', async (_, from, observations) => {
    const followed: number[] = [];
    const all = records(7, (offset) => followed.push(offset));
    await caches.service.take(toStretch({ lane: 'live', records: all.slice(0, 3) }, PARTITION, 0n));
    const place = { ...placeAt(0), unanswered: new Set([3n]) };
    let rounds = 0;
    expect(await begin(all.slice(from), { place, isOver: () => ++rounds > 20 }).taking).toBe('taken');
    expect(followed).toEqual(all.slice(from).map(({ offset }) => Number(offset)));
    expect(await stored()).toEqual({ position: 7, observations, aside: [] });
  });

  test('is not taken for what another reader did', async () => {
    const followed: number[] = [];
    const seeks: bigint[] = [];
    await caches.query('UPDATE stream_position SET position = 2');
    const { taking } = begin(
      records(2, (offset) => followed.push(offset)),
      { place: { ...placeAt(0), moveTo: (position) => seeks.push(position) } },
    );
    expect(await taking).toBe('over');
    expect([followed, seeks]).toEqual([[], [2n]]);
  });
});
