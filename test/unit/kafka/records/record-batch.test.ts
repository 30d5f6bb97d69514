import { gzipSync } from 'node:zlib';
import { compress } from '@bokuweb/zstd-wasm';
import { describe, expect, it, vi } from 'vitest';
import { BYTES_PER_RECORD } from '../../../../src/kafka/records/budget.js';
import { crc32c } from '../../../../src/kafka/records/crc32c.js';
import { decodeFetchResponse, MOST_BYTES_PER_ANSWER } from '../../../../src/kafka/records/fetch-response.js';
import { type FetchedRecord, unreadableBatch } from '../../../../src/kafka/records/fetched-record.js';
import { MOST_BYTES, MOST_ENTRIES } from '../../../../src/kafka/records/record-batch.js';
import { unzstd } from '../../../../src/kafka/records/zstd.js';
import {
  batchBytes,
  CODEC_NUMBERS,
  fetchAnswer,
  type RawPartition,
  type RawRecord,
  recordsBytes,
  varint,
} from '../../../support/batch-bytes.js';
import { message } from '../../../support/message-bytes.js';

const IS_TRANSACTIONAL = 0x10;
const IS_CONTROL = 0x20;

const said = (text: string): RawRecord => ({ value: Buffer.from(text) });
const mark = (isAbort: boolean) => {
  const key = Buffer.from([0, 0, 0, isAbort ? 0 : 1]);
  const body = Buffer.concat([Buffer.from([0]), varint(0), varint(0), varint(4), key, varint(-1), varint(0)]);
  return Buffer.concat([varint(body.length), body]);
};

function read(...batches: Buffer[]): Promise<readonly FetchedRecord[]> {
  return readFrom(0, ...batches);
}

async function readFrom(from: number, ...batches: Buffer[]): Promise<readonly FetchedRecord[]> {
  return (await readPartitions([{ partition: 0, bytes: Buffer.concat(batches) }], from))[0] ?? [];
}

async function readPartitions(partitions: readonly RawPartition[], from = 0): Promise<(readonly FetchedRecord[])[]> {
  const { responses } = await decodeFetchResponse(fetchAnswer(partitions), 11, () => BigInt(from));
  return responses.flatMap((topic) => topic.partitions.map(({ messages }) => messages));
}

/** What comes with each answer, from the first to the last, asked for as kafkajs does it: from behind what came before. */
async function readAll(...batches: Buffer[]): Promise<(readonly FetchedRecord[])[]> {
  const answers: (readonly FetchedRecord[])[] = [];
  for (let from = 0; ; from = Number(answers.at(-1)?.at(-1)?.offset) + 1) {
    const records = (await readFrom(from, ...batches)).filter(({ offset }) => Number(offset) >= from);
    if (records.length === 0) return answers;
    answers.push(records);
  }
}

/** What a reader gets: a record's text, or why it gets a placeholder. */
function shown(records: readonly FetchedRecord[]): string[] {
  return records
    .filter(({ isControlRecord }) => !isControlRecord)
    .map((record) => `${record.offset} ${unreadableBatch(record)?.why ?? record.value?.toString()}`);
}

it('computes CRC-32C as RFC 3720 shows it', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
});

describe('a batch', () => {
  it('gives its records, with all that stands in them', async () => {
    const headers = [
      ['_id', Buffer.from('one')],
      ['twice', Buffer.from('first')],
      ['twice', Buffer.from('second')],
      ['__proto__', Buffer.from('a name like any other')],
      ['constructor', Buffer.from('so is this')],
      ['none', null],
    ] as const;
    const [record] = await read(batchBytes({ baseOffset: 7, records: [{ value: null, headers }] }));
    expect(record).toMatchObject({ offset: '7', timestamp: '1700000000000', key: null, value: null });
    expect(Object.entries(record?.headers ?? {})).toEqual([
      ['_id', Buffer.from('one')],
      ['twice', [Buffer.from('first'), Buffer.from('second')]],
      ['__proto__', Buffer.from('a name like any other')],
      ['constructor', Buffer.from('so is this')],
      ['none', null],
    ]);
  });

  it('that is compressed gives the same', async () => {
    const records = [said('one'), said('two')];
    const content = gzipSync(recordsBytes(records));
    const compressed = batchBytes({ records, content, attributes: CODEC_NUMBERS.gzip });
    expect(shown(await read(compressed, batchBytes({ baseOffset: 2, records: [said('three')] })))).toEqual([
      '0 one',
      '1 two',
      '2 three',
    ]);
  });

  it('gives nothing from before where it was fetched from', async () => {
    const records = [said('one'), said('two'), said('three')];
    expect(shown(await readFrom(1, batchBytes({ records })))).toEqual(['1 two', '2 three']);
    const half = await readFrom(5, batchBytes({ records, lastOffsetDelta: 7 }));
    expect(half).toMatchObject([{ offset: '7', isControlRecord: true }]);
  });

  it('that the answer cuts is left for the next', async () => {
    const whole = batchBytes({ records: [said('one')] });
    const next = batchBytes({ baseOffset: 1, records: [said('two')] });
    for (const length of [1, 16, 17, 60, next.length - 1]) {
      expect(shown(await read(whole, next.subarray(0, length)))).toEqual(['0 one']);
    }
  });

  it('that compaction emptied moves the reader on', async () => {
    const records = await read(batchBytes({ baseOffset: 3, records: [], lastOffsetDelta: 4 }));
    expect(records).toMatchObject([{ offset: '7', isControlRecord: true }]);
    const half = await read(batchBytes({ baseOffset: 3, records: [said('first')], lastOffsetDelta: 4 }));
    expect(half).toMatchObject([{ offset: '3' }, { offset: '7', isControlRecord: true }]);
  });
});

describe('a batch that nobody can read is replaced by one placeholder, and what is behind it is read', () => {
  const before = batchBytes({ records: [said('before')] });
  const behind = batchBytes({ baseOffset: 4, records: [said('behind')] });
  const records = [said('one'), said('two'), said('three')];
  const content = recordsBytes(records);
  const bad = (change: Parameters<typeof batchBytes>[0]) => batchBytes({ baseOffset: 1, records, ...change });
  const flipped = (codec: number, bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    const middle = Math.floor(bytes.length / 2);
    changed[middle] = (changed[middle] ?? 0) ^ 0xff;
    return bad({ content: changed, attributes: codec });
  };
  const cases: [string, Buffer, RegExp][] = [
    ['an unknown codec', bad({ attributes: 5 }), /no codec has the number 5/],
    ['gzip that is none', bad({ attributes: 1 }), /zlib can not read it/],
    ['snappy that is none', bad({ attributes: 2 }), /./],
    ['lz4 that is none', bad({ attributes: 3 }), /no LZ4 frame/],
    ['zstd that is none', bad({ attributes: 4 }), /no Zstandard frame/],
    ['gzip with a flipped byte', flipped(1, gzipSync(content)), /zlib can not read it/],
    ['records that end too early', bad({ content: content.subarray(0, -2) }), /announced/],
    ['records behind the last', bad({ count: 2, lastOffsetDelta: 2 }), /behind its records/],
    ['fewer records than announced', bad({ count: 4, lastOffsetDelta: 2 }), /ends in the middle/],
    ['a negative number of records', bad({ count: -2, lastOffsetDelta: 2 }), /for -2 records/],
    ['billions of records', bad({ count: 2 ** 31 - 1, lastOffsetDelta: 2 }), /for 2147483647 records/],
    ['an endless number', bad({ content: Buffer.alloc(30, 0xff) }), /more than 32 bits/],
    [
      'offsets that go back',
      bad({ records: [said('one'), { ...said('x'), offsetDelta: 0 }, said('y')] }),
      /offset of 1/,
    ],
    ['an offset beyond its last', bad({ records: [said('a'), said('b'), { ...said('c'), offsetDelta: 9 }] }), /of 10/],
    ['a format to come', bad({ magic: 3 }), /format 3/],
  ];

  it.each(cases)('%s', async (_, batch, why) => {
    const got = await read(before, batch, behind);
    expect(got.map(({ offset }) => offset)).toEqual(['0', '3', '4']);
    expect(shown([got[0], got[2]] as FetchedRecord[])).toEqual(['0 before', '4 behind']);
    const placeholder = unreadableBatch(got[1] as FetchedRecord);
    expect(placeholder).toMatchObject({ first: 1n, last: 3n, size: batch.length, isDamaged: false });
    expect(placeholder?.why).toMatch(why);
  });

  it('too many records and headers', async () => {
    const headers = Array.from({ length: MOST_ENTRIES }, () => ['', null] as const);
    const got = await read(before, bad({ records: [{ value: null, headers }], lastOffsetDelta: 2 }), behind);
    expect(shown(got)[1]).toMatch(/^3 more than 250000 records and headers$/);
  });

  it('and of one that is compressed only the header is kept, as a password may be in the rest', async () => {
    const secret = Buffer.from('the password is swordfish');
    const kept = async (attributes: number) => {
      const [record] = await read(batchBytes({ records: [said('x')], content: secret, attributes }));
      return unreadableBatch(record as FetchedRecord)?.bytes.toString('latin1') ?? '';
    };
    expect(await kept(CODEC_NUMBERS.zstd)).not.toContain('swordfish');
    expect(await kept(CODEC_NUMBERS.zstd)).toHaveLength(61);
    expect(await kept(CODEC_NUMBERS.none)).toContain('swordfish');
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('more than 32 MiB of %s come out of it', async (codec) => {
    const bomb = await bombOf(codec, MOST_BYTES + 1);
    expect(bomb.length).toBeLessThan(2_000_000);
    const started = process.memoryUsage.rss();
    const [got] = await read(bad({ content: bomb, attributes: CODEC_NUMBERS[codec] }));
    expect(unreadableBatch(got as FetchedRecord)?.why).toMatch(/^more than 33554432 bytes come out of it/);
    expect(process.memoryUsage.rss() - started).toBeLessThan(300_000_000);
  });
});

describe('a damaged batch', () => {
  const damaged = (claims: Parameters<typeof batchBytes>[0]) => {
    const bytes = batchBytes({ baseOffset: 1, records: [said('one'), said('two')], ...claims });
    bytes[17] = (bytes[17] ?? 0) ^ 1;
    return bytes;
  };

  it('is the last that is read of an answer', async () => {
    const before = batchBytes({ records: [said('before')] });
    const got = await read(before, damaged({}), batchBytes({ baseOffset: 3, records: [said('behind')] }));
    expect(shown(got)).toEqual(['0 before', '2 its checksum does not fit']);
    expect(unreadableBatch(got[1] as FetchedRecord)).toMatchObject({ first: 1n, last: 2n, isDamaged: true });
  });

  it('does not say itself how many offsets it takes up', async () => {
    const next = batchBytes({ baseOffset: 3, records: [said('behind')] });
    const claims = { lastOffsetDelta: 2 ** 31 - 1 };
    expect(shown(await read(damaged(claims), next))).toEqual(['2 its checksum does not fit']);
    expect(shown(await read(damaged(claims)))).toEqual(['2 its checksum does not fit']);
    expect(shown(await read(damaged({ ...claims, count: -5 })))).toEqual(['1 its checksum does not fit']);
  });
});

describe('a damaged batch from whose middle on is read', () => {
  const damaged = (claims: Parameters<typeof batchBytes>[0]) => {
    const bytes = batchBytes({ baseOffset: 1, records: [said('one'), said('two')], ...claims });
    bytes[17] = (bytes[17] ?? 0) ^ 1;
    return bytes;
  };
  const why = 'its checksum does not fit';

  it('does not end before there', async () => {
    const compacted = { lastOffsetDelta: 9 };
    expect(shown(await readFrom(5, damaged(compacted)))).toEqual([`10 ${why}`]);
    expect(shown(await readFrom(5, damaged({})))).toEqual([`5 ${why}`]);
    const behind = batchBytes({ baseOffset: 9, records: [said('behind')] });
    expect(shown(await readFrom(5, damaged({}), behind))).toEqual([`8 ${why}`]);
    expect(unreadableBatch((await readFrom(5, damaged(compacted)))[0] as FetchedRecord)).toMatchObject({ first: 5n });
  });

  it('is gone past by its end, if its number of records is damaged', async () => {
    const bytes = damaged({ count: 1, lastOffsetDelta: 99 });
    expect(shown(await read(bytes))).toEqual([`1 ${why}`]);
    expect(shown(await readFrom(2, bytes))).toEqual([`100 ${why}`]);
  });

  it('does not lead beyond the end of the log', async () => {
    const bytes = damaged({ count: 2 ** 31 - 1, lastOffsetDelta: 2 ** 31 - 1 });
    expect(shown(await readFrom(3, bytes))).toEqual([`3 ${why}`]);
  });

  it('leads nowhere else, if its length is damaged', async () => {
    const bytes = batchBytes({ baseOffset: 1, records: [said('one'), said('z'.repeat(40))] });
    for (const tooShort of [8, 12, 30]) {
      const damagedLength = Buffer.from(bytes);
      damagedLength.writeInt32BE(bytes.readInt32BE(8) - tooShort, 8);
      expect(shown(await read(damagedLength))).toEqual([`2 ${why}`]);
      expect(shown(await readFrom(2, damagedLength))).toEqual([`2 ${why}`]);
    }
  });
});

describe('small records', () => {
  const many = (length: number) => Array.from({ length }, () => ({ value: null }));
  /** So many fit into what an answer may yield. */
  const MOST_RECORDS = Math.ceil(MOST_BYTES_PER_ANSWER / BYTES_PER_RECORD);

  function expectEachOnce(answers: readonly (readonly FetchedRecord[])[], count: number): void {
    expect(answers.flat().map(({ offset }) => Number(offset))).toEqual(Array.from({ length: count }, (_, i) => i));
  }

  it('come out of a batch in portions, each once', async () => {
    const answers = await readAll(batchBytes({ records: many(120_000) }));
    expectEachOnce(answers, 120_000);
    expect(answers).toHaveLength(3);
    expect(answers[0]?.length).toBeLessThanOrEqual(MOST_RECORDS);
  });

  it('come out of a compressed batch in portions that are worth their while, however much it yields', async () => {
    const records = Array.from({ length: 30_000 }, () => ({ value: Buffer.alloc(1_050) }));
    const content = gzipSync(recordsBytes(records));
    const answers = await readAll(batchBytes({ records, content, attributes: CODEC_NUMBERS.gzip }));
    expectEachOnce(answers, 30_000);
    expect(answers).toHaveLength(3);
  });

  it('come out of an old log in portions, each once', async () => {
    const inner = Buffer.concat(
      Array.from({ length: 60_000 }, (_, offset) => message({ offset, magic: 1, value: Buffer.alloc(0) })),
    );
    const answers = await readAll(message({ offset: 59_999, magic: 1, attributes: 1, value: gzipSync(inner) }));
    expectEachOnce(answers, 60_000);
    expect(answers.length).toBeGreaterThan(1);
  });

  it('of all partitions together are no more than fit into what an answer may yield', async () => {
    const bytes = Buffer.concat([0, 1, 2, 3].map((i) => batchBytes({ baseOffset: i * 50_000, records: many(50_000) })));
    const partitions = await readPartitions([0, 1, 2].map((partition) => ({ partition, bytes })));
    const counts = partitions.map(({ length }) => length);
    expect(Math.max(...counts)).toBeGreaterThan(MOST_RECORDS / 2);
    expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(MOST_RECORDS);
  });

  it('count with their headers', async () => {
    const headers = Array.from({ length: 100 }, (_, i) => [`${i}`, null] as const);
    const answers = await readAll(
      batchBytes({ records: Array.from({ length: 2_400 }, () => ({ value: null, headers })) }),
    );
    expectEachOnce(answers, 2_400);
    expect(answers.length).toBeGreaterThan(1);
  });

  it('and batches of which readers see nothing count too', async () => {
    const aborted = Array.from({ length: 60_000 }, (_, baseOffset) =>
      batchBytes({ baseOffset, content: mark(true), count: 1, attributes: IS_CONTROL }),
    );
    expect((await read(Buffer.concat(aborted))).length).toBeLessThanOrEqual(MOST_RECORDS);
  });
});

describe('a partition', () => {
  it('whose log makes no sense fails alone', async () => {
    const broken = batchBytes({ records: [said('x')] });
    broken.writeInt32BE(-1, 8);
    const good = batchBytes({ records: [said('good')] });
    const { responses } = await decodeFetchResponse(
      fetchAnswer([
        { partition: 0, bytes: broken },
        { partition: 1, bytes: good },
      ]),
      11,
      () => 0n,
    );
    expect(responses[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual([2, 0]);
    expect(shown(responses[0]?.partitions[1]?.messages ?? [])).toEqual(['0 good']);
  });

  it('that yields very much is read in portions, and the others get their turn', async () => {
    const much = batchBytes({
      records: [said('x')],
      content: gzipSync(recordsBytes([{ value: Buffer.alloc(20_000_000) }])),
      attributes: CODEC_NUMBERS.gzip,
    });
    const bytes = Buffer.concat(Array.from({ length: 20 }, () => much));
    const partitions = [
      { partition: 0, bytes },
      { partition: 1, bytes: batchBytes({ records: [said('other')] }) },
    ];
    const first = vi.spyOn(Math, 'random');
    first.mockReturnValueOnce(0);
    expect((await readPartitions(partitions)).map(({ length }) => length)).toEqual([2, 0]);
    first.mockReturnValueOnce(0.5);
    expect((await readPartitions(partitions)).map(({ length }) => length)).toEqual([2, 1]);
    first.mockRestore();
  });

  it('shows nothing of aborted transactions, in whatever order the broker lists them', async () => {
    const written = (baseOffset: number, producerId: number, text: string) =>
      batchBytes({ baseOffset, producerId, records: [said(text)], attributes: IS_TRANSACTIONAL });
    const ended = (baseOffset: number, producerId: number, isAbort: boolean) =>
      batchBytes({
        baseOffset,
        producerId,
        content: mark(isAbort),
        count: 1,
        attributes: IS_TRANSACTIONAL | IS_CONTROL,
      });
    const bytes = Buffer.concat([
      written(0, 1, 'off'),
      written(1, 2, 'off too'),
      written(2, 3, 'stands'),
      // A key like a mark's is not one.
      batchBytes({ baseOffset: 3, producerId: 1, content: mark(true), count: 1, attributes: IS_TRANSACTIONAL }),
      written(4, 1, 'still off'),
      ended(5, 2, true),
      written(6, 2, 'another transaction'),
      ended(7, 1, true),
      ended(8, 2, false),
      ended(9, 3, false),
    ]);
    const aborted = [
      [2, 1],
      [1, 0],
    ] as const;
    const [records] = await readPartitions([{ partition: 0, bytes, aborted }]);
    expect(shown(records ?? [])).toEqual(['2 stands', '6 another transaction']);
    expect(records?.at(-1)).toMatchObject({ offset: '9', isControlRecord: true });
    // From the middle of both on: each is known to be called off from the first batch on.
    const [rest] = await readPartitions([
      { partition: 0, bytes: Buffer.concat([written(4, 1, 'off'), written(5, 2, 'off')]), aborted },
    ]);
    expect(shown(rest ?? [])).toEqual([]);
  });
});

describe('an old log', () => {
  it('is read up to what is damaged', async () => {
    const one = message({ offset: 5, magic: 1, value: Buffer.from('one') });
    const inner = [0, 1].map((offset) => message({ offset, magic: 1, value: Buffer.from(`in ${offset}`) }));
    const wrapped = message({ offset: 7, magic: 1, attributes: 1, value: gzipSync(Buffer.concat(inner)) });
    const damaged = message({ offset: 8, magic: 0, value: Buffer.from('damaged') });
    damaged[damaged.length - 1] = 0;
    const got = await read(one, wrapped, damaged, message({ offset: 9, magic: 0, value: Buffer.from('last') }));
    expect(shown(got)).toEqual(['5 one', '6 in 0', '7 in 1', '8 its checksum does not fit']);
    const bomb = message({ offset: 0, magic: 1, attributes: 1, value: gzipSync(Buffer.alloc(MOST_BYTES + 1)) });
    expect(shown(await read(bomb))).toEqual(['0 more than 33554432 bytes come out of it']);
  });
});

async function bombOf(codec: 'gzip' | 'snappy' | 'lz4' | 'zstd', size: number): Promise<Buffer> {
  const zeros = Buffer.alloc(size);
  if (codec === 'gzip') return gzipSync(zeros);
  if (codec === 'snappy') return snappyBomb(size);
  if (codec === 'lz4') return lz4Bomb(size);
  // Loads the library as the server does: a second `init` breaks it for the whole process.
  await unzstd(Buffer.alloc(0), 0);
  return Buffer.from(compress(zeros));
}

/** Announces less than what comes: 64 bytes for 3. */
function snappyBomb(size: number): Buffer {
  const announced = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 128))
    announced.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
  return Buffer.concat([Buffer.from([...announced, 0, 0]), Buffer.alloc(1_600_000, Buffer.from([0xfe, 1, 0]))]);
}

/** A frame of one block of zeros: 255 bytes for each 0xff. */
function lz4Bomb(size: number): Buffer {
  const run = Buffer.alloc(Math.ceil(size / 255), 0xff);
  const block = Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), run, Buffer.from([0, 0x10, 0])]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(block.length);
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0]), length, block, Buffer.alloc(4)]);
}
