import { randomUUID } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Lane, StreamCommand, StreamItem, Stretch } from '../../../../src/cache/commit/stretch.js';
import type { ArchiveCommand } from '../../../../src/domain/commands.js';
import {
  at,
  checkedCachesForEachTest,
  observation,
  openCaches,
  RECEIVED,
  reset,
  retraction,
} from '../../../support/caches.js';

const NAMESPACE = randomUUID();
const PARTITION = { cluster: 'a cluster', topic: 'observations', partition: 3 };

const caches = checkedCachesForEachTest();
beforeEach(async () => {
  await caches.query(`INSERT INTO stream_position VALUES ('a cluster', 'observations', 3, 100, now())`);
});

/** Records from offset 100 on, one a command. */
function stretch(
  lane: Lane,
  items: (StreamCommand | { reason: string; detail: string } | 'nothing')[],
  from = 100n,
): Stretch {
  return {
    lane,
    partition: PARTITION,
    expected: from,
    next: from + BigInt(items.length),
    items: items.map((item, i): StreamItem => {
      const letter = () => ({
        uuid: uuidV5(String(from + BigInt(i)), NAMESPACE),
        offset: from + BigInt(i),
        receivedMs: 1_900_000_000_000,
        headers: [['_format', 'anNvbg==']] as const,
        value: i === 0 ? null : Buffer.of(0, 255, i),
      });
      if (item === 'nothing') return { letter, done: true };
      return 'kind' in item ? { letter, command: item } : { letter, error: item };
    }),
  };
}

async function position(): Promise<number> {
  const { rows } = await caches.query('SELECT position::int FROM stream_position');
  return rows[0].position;
}

async function letters(): Promise<unknown[]> {
  const { rows } = await caches.query(
    'SELECT position::int AS offset, reason, detail, value FROM dead_letter ORDER BY 1',
  );
  return rows;
}

function heartbeat(fields: Partial<ArchiveCommand> = {}): ArchiveCommand {
  return {
    kind: 'archive',
    tier: 'Heartbeat',
    uuid: randomUUID(),
    cache: 'live',
    detectorName: 'JUNO',
    receivedTime: RECEIVED,
    source: 'kafka',
    body: '{"detector_status":"ON"}',
    content: '["ON"]',
    ...fields,
  };
}

const malformed = { reason: 'malformed', detail: 'no JSON' };

describe('a stretch of a stream', () => {
  test('takes effect together with its position; what is rejected or unreadable becomes a dead letter', async () => {
    const one = observation('JUNO', at(0));
    const items = [one, malformed, observation('DUNE', at(1)), observation('Nobody', at(2)), one, 'nothing' as const];
    const outcome = await caches.service.take(stretch('live', items));
    expect(outcome).toMatchObject({ kind: 'taken', errors: [malformed, { reason: 'unprocessable' }] });
    expect(await position()).toBe(106);
    expect(await caches.tables()).toHaveLength(1);
    expect(await letters()).toMatchObject([
      { offset: 101, reason: 'malformed', detail: 'no JSON', value: Buffer.of(0, 255, 1) },
      { offset: 103, reason: 'unprocessable', detail: expect.stringContaining('Nobody') },
    ]);
    expect((await caches.query('SELECT FROM alert')).rowCount).toBe(1);
  });

  test('does nothing where another reader has moved the position, and tells where to read on', async () => {
    const first = stretch('live', [observation('JUNO', at(0))]);
    expect(await caches.service.take(first)).toMatchObject({ kind: 'taken' });
    const again = stretch('live', [observation('DUNE', at(1)), malformed]);
    expect(await caches.service.take(again)).toEqual({ kind: 'moved', position: 101n });
    expect(await caches.service.take(stretch('archive', [heartbeat(), malformed]))).toEqual({
      kind: 'moved',
      position: 101n,
    });
    const unseen = retraction('JUNO', { uuid: randomUUID() });
    expect(await caches.service.take(stretch('retraction', [unseen]))).toEqual({ kind: 'moved', position: 101n });
    expect(await letters()).toEqual([]);
    expect((await caches.query('SELECT FROM message WHERE uuid = $1', [unseen.uuid])).rowCount).toBe(0);
    expect(await caches.tables()).toHaveLength(1);
  });

  test('of a partition that is not known does nothing', async () => {
    await caches.query('DELETE FROM stream_position');
    const taken = caches.service.take(stretch('live', [observation('JUNO', at(0))]));
    expect(await taken).toEqual({ kind: 'moved', position: -1n });
  });

  test('leaves the commands beside it in a batch alone, whatever becomes of it', async () => {
    const stale = stretch('live', [observation('JUNO', at(0))], 7n);
    const [mine, theirs, posted] = await Promise.all([
      caches.service.take(stretch('live', [observation('DUNE', at(1))])),
      caches.service.take(stale),
      caches.service.observe(observation('SNO+', at(2))),
    ]);
    expect(mine).toEqual({ kind: 'taken', errors: [] });
    expect(theirs).toMatchObject({ kind: 'moved' });
    expect(posted).toMatchObject({ duplicate: false });
    expect(await caches.tables()).toEqual([expect.stringMatching(/DUNE.*SNO\+/)]);
  });

  test('by two readers at once takes effect once, 50 times', async () => {
    const replica = caches.replica();
    for (let i = 0; i < 50; i++) {
      const from = BigInt(100 + 2 * i);
      const items = [observation('JUNO', at(20 * i)), malformed];
      const outcomes = await Promise.all(
        [caches.service, replica].map((service) => service.take(stretch('live', items, from))),
      );
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['moved', 'taken']);
    }
    expect(await position()).toBe(200);
    expect(await letters()).toHaveLength(50);
    expect((await caches.query('SELECT FROM observation')).rowCount).toBe(50);
  });

  test('resets a cache', async () => {
    await caches.service.take(stretch('live', [observation('JUNO', at(0)), reset(), observation('DUNE', at(1))]));
    expect(await caches.tables()).toEqual([expect.not.stringContaining('JUNO')]);
  });
});

describe('a letter', () => {
  test('is stored whatever its headers are called, its value holds, and is said of it', async () => {
    const unfit = ['a\0b', '\uD800', 'x\uDFFF', '', '__proto__', 'constructor', 'n'.repeat(50_000)];
    const many = Array.from({ length: 20_000 }, (_, i) => [`\0${i}`, ''] as const);
    const details = ['a\0b\n', `${'x'.repeat(999)}\u{1F4A5}`, '\uDC00'];
    const items = details.map((detail, i): StreamItem => {
      const headers = [...unfit.map((name) => [name, 'AA=='] as const), ...(i === 0 ? many : [])];
      const value = Buffer.from('\0\uD800');
      return {
        letter: () => ({ uuid: randomUUID(), offset: 100n + BigInt(i), receivedMs: Date.now(), headers, value }),
        error: { reason: 'x', detail },
      };
    });
    const taken = await caches.service.take({ ...stretch('archive', []), next: 103n, items });
    expect(taken).toMatchObject({ kind: 'taken' });
    expect(await position()).toBe(103);
    const { rows } = await caches.query('SELECT headers FROM dead_letter ORDER BY position');
    expect(rows).toHaveLength(3);
    expect(rows[1].headers.map(([name]: [string]) => name)).toEqual([
      'a\uFFFDb',
      '\uFFFD',
      'x\uFFFD',
      ...unfit.slice(3),
    ]);
  });
});

describe('a stretch of what is only kept', () => {
  test('keeps each message once, and buries what is refused', async () => {
    const one = heartbeat();
    const other = heartbeat({ uuid: one.uuid, content: '["OFF"]' });
    const items = [one, one, other, heartbeat({ detectorName: 'Nobody' }), malformed];
    const outcome = await caches.service.take(stretch('archive', items));
    expect(outcome).toMatchObject({ errors: [{ reason: 'conflict' }, { reason: 'unprocessable' }, malformed] });
    expect((await caches.query('SELECT FROM message WHERE uuid = $1', [one.uuid])).rowCount).toBe(1);
    expect(await position()).toBe(105);
    expect(await caches.service.archive(one)).toEqual({ duplicate: true, uuid: one.uuid });
    await expect(caches.service.archive(other)).rejects.toMatchObject({ reason: 'conflict' });
  });

  test('of nothing but what has been done moves the position', async () => {
    expect(await caches.service.take(stretch('archive', ['nothing']))).toEqual({ kind: 'taken', errors: [] });
    expect(await position()).toBe(101);
  });
});

describe('a retraction by uuid in a stretch', () => {
  test('acts in the cache where its observation stands', async () => {
    const seen = observation('JUNO', at(0), { cache: 'test' });
    await caches.service.observe(seen);
    const outcome = await caches.service.take(stretch('retraction', [retraction('JUNO', { uuid: seen.uuid })]));
    expect(outcome).toEqual({ kind: 'taken', errors: [] });
    expect(await caches.tables('test')).toEqual([]);
    expect(await position()).toBe(101);
  });

  test('waits for an observation that has not come, once', async () => {
    const awaited = observation('JUNO', at(0));
    const early = retraction('JUNO', { uuid: awaited.uuid });
    await caches.service.take(stretch('retraction', [early]));
    await caches.service.take(stretch('retraction', [early], 101n));
    expect(await position()).toBe(102);
    expect(await caches.service.observe(awaited)).toMatchObject({ observation: { state: 'retracted' } });
  });

  test('that is refused becomes a dead letter', async () => {
    const early = retraction('Nobody', { uuid: randomUUID() });
    const outcome = await caches.service.take(stretch('retraction', [early]));
    expect(outcome).toMatchObject({ kind: 'taken', errors: [{ reason: 'unprocessable' }] });
    expect(await letters()).toMatchObject([{ offset: 100, reason: 'unprocessable', value: null }]);
  });

  test('stands alone in its stretch', async () => {
    for (const items of [[], ['nothing' as const], [reset()], [malformed, malformed]]) {
      await expect(caches.service.take(stretch('retraction', items))).rejects.toThrow(TypeError);
    }
    expect(await position()).toBe(100);
  });
});

test('what is over a quota is a dead letter, of every kind, and the position moves on', async () => {
  const narrow = await openCaches({ detectorQuota: 1 });
  await narrow.query(`INSERT INTO stream_position VALUES ('a cluster', 'observations', 3, 100, now())`);
  const inMinute = { receivedTime: RECEIVED };
  const pending = () => retraction('JUNO', { uuid: randomUUID() }, inMinute);
  await narrow.service.take(stretch('archive', [heartbeat(inMinute), heartbeat(inMinute)]));
  await narrow.service.take(stretch('retraction', [pending()], 102n));
  await narrow.service.take(stretch('retraction', [pending()], 103n));
  const { rows } = await narrow.query('SELECT position::int AS offset, reason FROM dead_letter ORDER BY 1');
  expect(rows).toEqual([
    { offset: 101, reason: 'quota' },
    { offset: 103, reason: 'quota' },
  ]);
  expect((await narrow.query('SELECT position::int FROM stream_position')).rows).toEqual([{ position: 104 }]);
  await narrow.close();
});
