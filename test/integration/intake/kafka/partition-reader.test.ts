import type { EachBatchPayload } from 'kafkajs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CacheService } from '../../../../src/cache/contract.js';
import { startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { type FetchedRecord, placeholder } from '../../../../src/kafka/records/fetched-record.js';
import { checkedCachesForEachTest } from '../../../support/caches.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog } from '../../../support/logs.js';
import { readerDefaults, scriptedKafka, startsAt } from '../../../support/scripted-kafka.js';

const LIMITS = { failures: 2, overMilliseconds: 0, inRow: 1, quietMilliseconds: 0, mostSeconds: 0.02 };

const caches = checkedCachesForEachTest();
beforeEach(async () => {
  await caches.query(
    `INSERT INTO stream_position SELECT 'c', 't', partition, 0, now() FROM generate_series(0, 1) partition`,
  );
});

const HEARTBEAT = Buffer.from(JSON.stringify({ tier: 'Heartbeat', detector_name: 'JUNO', detector_status: 'ON' }));

/** Heartbeats, from one offset up to another. */
function beats(from: number, to: number): FetchedRecord[] {
  const timestamp = String(Date.now() - 1_000);
  return Array.from({ length: to - from }, (_, i) => ({
    magicByte: 2,
    attributes: 0,
    timestamp,
    offset: String(from + i),
    key: null,
    value: HEARTBEAT,
    headers: {},
    isControlRecord: false,
  }));
}

/** The batch from 2 to 4, damaged. */
function damaged(): FetchedRecord {
  const told = { first: 2n, last: 4n, codec: 'gzip', size: 100, why: 'its checksum is wrong', isDamaged: true };
  return placeholder({ ...told, bytes: Buffer.from('its head') }, 2, BigInt(Date.now()));
}

/** What is unusual about a batch, or about the payload that it comes in. */
type Fetched = { readonly partition?: number; readonly lastOffset?: string } & Partial<EachBatchPayload>;

/** A reader of two partitions, and a client that fetches from where the reader has it fetch. */
async function read(cacheService: Pick<CacheService, 'take' | 'probe'> = caches.service, from = 0) {
  const { log, messages } = captureLog('info');
  const script = scriptedKafka();
  const reader = startStreamReader({
    ...readerDefaults,
    kafka: script.kafka,
    topics: { observations: 't' },
    starts: startsAt(async () => new Map([0, 1].map((partition) => [partition, BigInt(from)]))),
    cacheService,
    failureLimits: LIMITS,
    log,
  });
  await script.untilRunning();
  script.join({ t: [0, 1] });
  await eventually(() => expect(script.seeks).toHaveLength(2));
  const resolved: string[] = [];

  /** Hands over what the client fetched. */
  const fetch = (messages: readonly FetchedRecord[], { partition = 0, lastOffset = '', ...payload }: Fetched = {}) =>
    script.batch({
      batch: { topic: 't', partition, messages, lastOffset: () => lastOffset || String(messages.at(-1)?.offset) },
      heartbeat: async () => undefined,
      isRunning: () => true,
      isStale: () => false,
      resolveOffset: (offset: string) => void resolved.push(offset),
      ...payload,
    });
  const marks = (first: number, last: number, partition = 0) =>
    script.tell('end_batch_process', {
      topic: 't',
      partition,
      batchSize: 0,
      firstOffset: String(first),
      lastOffset: String(last),
    });
  return { script, reader, fetch, marks, resolved, messages };
}

/** Makes writing fail. @param when of the row */
async function breakTable(table: string, when: string): Promise<void> {
  await caches.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF ${when} THEN RAISE EXCEPTION 'it fails' USING ERRCODE = '58030'; END IF; RETURN NEW; END $$`);
  await caches.query(`CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION fail()`);
}

const mend = () => caches.query('DROP FUNCTION fail CASCADE');

async function stored() {
  const { rows } = await caches.query(`SELECT
    (SELECT array_agg(position::int ORDER BY partition) FROM stream_position) AS positions,
    (SELECT count(*)::int FROM message WHERE kind = 'Heartbeat') AS beats,
    (SELECT coalesce(array_agg(reason || ' ' || position ORDER BY position), '{}') FROM dead_letter) AS letters`);
  return rows[0];
}

describe('a partition whose transactions fail', () => {
  test('is paused and reported while the other one is read, and goes on where it was', async () => {
    await breakTable('stream_position', 'NEW.partition = 0');
    const { script, reader, fetch } = await read();
    await fetch(beats(0, 4));
    expect(script.paused).toEqual(['t/0']);
    expect(reader.problems()).toEqual(['t/0: its transactions fail and are tried again']);
    await fetch(beats(0, 3), { partition: 1 });
    expect(await stored()).toEqual({ positions: [0, 3], beats: 3, letters: [] });
    await mend();
    await eventually(() => expect(script.paused).toEqual([]));
    expect(script.seeks.at(-1)).toBe('t/0@0');
    await fetch(beats(0, 4));
    expect(await stored()).toEqual({ positions: [4, 3], beats: 7, letters: [] });
    expect(reader.problems()).toEqual([]);
    await reader.stop();
  });

  test('has taken the portions before the one that fails, and begins none after it', async () => {
    await breakTable('message', `NEW.source = 'kafka:t/0/700'`);
    const { script, reader, fetch, resolved } = await read();
    // The last offset holds the mark of a transaction.
    await fetch(beats(0, 1_001), { lastOffset: '1001' });
    expect(await stored()).toEqual({ positions: [500, 0], beats: 500, letters: [] });
    expect([script.seeks.at(-1), resolved]).toEqual(['t/0@500', []]);
    await mend();
    await fetch(beats(500, 1_001), { lastOffset: '1001' });
    expect(await stored()).toEqual({ positions: [1_002, 0], beats: 1_001, letters: [] });
    expect(resolved).toEqual(['1001']);
    await reader.stop();
  });

  test('stops behind the dead letters that it may have in a row, says so, and goes on when the cause is mended', async () => {
    await breakTable('message', `NEW.source IN ('kafka:t/0/1', 'kafka:t/0/2')`);
    const { script, reader, fetch, messages } = await read();
    await eventually(async () => {
      await fetch(beats(Number(script.seeks.at(-1)?.split('@')[1]), 4));
      expect(reader.problems()).toEqual(['t/0: it has stopped, as several records in a row fail alone']);
    });
    expect(await stored()).toEqual({ positions: [2, 0], beats: 1, letters: ['error 1'] });
    expect(messages()).toContain('kafka:partition-stopped');
    await mend();
    await fetch(beats(2, 4));
    expect(await stored()).toEqual({ positions: [4, 0], beats: 3, letters: ['error 1'] });
    expect(reader.problems()).toEqual([]);
    await reader.stop();
  });
});

describe('a service that shuts down', () => {
  test('leaves the batch to the next one, without a failure', async () => {
    const ending = caches.replica();
    const { script, reader, fetch, messages } = await read(ending);
    await fetch(beats(0, 2));
    await ending.stop();
    await fetch(beats(2, 5));
    expect([reader.problems(), script.paused]).toEqual([[], ['t/0']]);
    await reader.stop();
    expect(messages().filter((message) => message.includes('fail'))).toEqual([]);
    const next = await read(caches.service, 2);
    await next.fetch(beats(2, 5));
    expect(await stored()).toEqual({ positions: [5, 0], beats: 5, letters: [] });
    await next.reader.stop();
  });

  test('takes nothing of a batch that comes after the reader was told to stop', async () => {
    const { reader, fetch, marks } = await read();
    const stopping = reader.stop();
    await fetch(beats(0, 2));
    marks(0, 3);
    await stopping;
    expect(await stored()).toEqual({ positions: [0, 0], beats: 0, letters: [] });
  });
});

describe('a partition that is no longer this reader’s', () => {
  test('as the client has let go of it, leaves its group, or was not assigned it, is not taken from', async () => {
    const { reader, fetch, marks, resolved } = await read();
    await fetch(beats(0, 2), { isStale: () => true });
    await fetch(beats(0, 2), { isRunning: () => false });
    await fetch(beats(0, 2), { partition: 7 });
    marks(0, 9, 7);
    expect(await stored()).toEqual({ positions: [0, 0], beats: 0, letters: [] });
    expect(resolved).toEqual([]);
    await reader.stop();
  });

  test('goes on where another reader has moved it: nothing is taken twice', async () => {
    const first = await read();
    const second = await read(caches.replica());
    await first.fetch(beats(0, 3));
    await second.fetch(beats(0, 3));
    expect([second.script.seeks.at(-1), second.resolved]).toEqual(['t/0@3', []]);
    await second.fetch(beats(3, 5));
    // Marks move no position that another one has moved further.
    await first.fetch([], { lastOffset: '3' });
    expect(await stored()).toEqual({ positions: [5, 0], beats: 5, letters: [] });
    await first.reader.stop();
    await second.reader.stop();
  });
});

test('marks of transactions that are told while a batch is taken, or again, do not move the position', async () => {
  const taken: string[] = [];
  const { reader, fetch, marks } = await read({
    probe: caches.service.probe,
    take(stretch) {
      if (taken.push(`${stretch.expected}-${stretch.next}`) === 1) marks(0, 9);
      return caches.service.take(stretch);
    },
  });
  await fetch(beats(0, 3));
  marks(0, 2);
  expect(taken).toEqual(['0-3']);
  expect(await stored()).toEqual({ positions: [3, 0], beats: 3, letters: [] });
  await reader.stop();
});

describe('a damaged batch', () => {
  test('is fetched four times, behind what comes before it, and becomes a dead letter', async () => {
    const { reader, fetch, resolved, messages } = await read();
    await fetch([...beats(0, 2), damaged()]);
    expect([await stored(), resolved]).toEqual([{ positions: [2, 0], beats: 2, letters: [] }, ['1']]);
    for (let i = 0; i < 3; i++) await fetch([damaged()]);
    expect([await stored(), resolved]).toEqual([{ positions: [2, 0], beats: 2, letters: [] }, ['1']]);
    await fetch([damaged()]);
    expect([await stored(), resolved]).toEqual([
      { positions: [5, 0], beats: 2, letters: ['unreadable batch 4'] },
      ['1', '4'],
    ]);
    expect(messages().filter((message) => message.startsWith('kafka:batch'))).toEqual([
      ...Array.from({ length: 3 }, () => 'kafka:batch-damaged'),
      'kafka:batch-unreadable',
    ]);
    await reader.stop();
  });

  test('is read when it arrives whole, and not waited for while the partition is somebody else’s', async () => {
    let beaten = 0;
    const { reader, fetch } = await read();
    await fetch(beats(0, 2));
    let isStale = false;
    const heartbeat = async () => {
      beaten++;
      isStale = true;
    };
    await fetch([damaged()], { heartbeat, isStale: () => isStale });
    await fetch(beats(2, 5), { heartbeat, isStale: () => isStale });
    expect([beaten, await stored()]).toEqual([1, { positions: [2, 0], beats: 2, letters: [] }]);
    await fetch(beats(2, 5));
    expect(await stored()).toEqual({ positions: [5, 0], beats: 5, letters: [] });
    await reader.stop();
  });

  test('keeps no reader from stopping', async () => {
    const { reader, fetch } = await read();
    await fetch(beats(0, 2));
    const waiting = fetch([damaged()]);
    await reader.stop();
    await waiting;
    expect(await stored()).toEqual({ positions: [2, 0], beats: 2, letters: [] });
  });
});
