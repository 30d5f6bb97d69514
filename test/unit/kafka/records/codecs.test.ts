import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decompressAs } from '../../../../src/kafka/records/codecs.js';
import { decodeFetchResponse } from '../../../../src/kafka/records/fetch-response.js';
import { unreadableBatch } from '../../../../src/kafka/records/fetched-record.js';
import { unsnap } from '../../../../src/kafka/records/snappy.js';
import { Unreadable } from '../../../../src/kafka/records/unreadable.js';
import { batchBytes, CODEC_NUMBERS, fetchAnswer, recordsBytes, withChecksum } from '../../../support/batch-bytes.js';
import { createRandom, type Random } from '../../../support/random.js';

interface Sample {
  readonly name: string;
  readonly codec: 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly size: number;
  readonly base64: string;
}

/** Compressed by the libraries of Google, LZ4, Facebook and zlib themselves, in the shapes that producers write. */
const SAMPLES: readonly Sample[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/compressed.json', import.meta.url), 'utf8'),
);
const MOST = 1_000_000;
const MUTATIONS = Number(process.env['COMPRESSION_MUTATIONS'] ?? 150);

/** The text that was compressed: 3,000 bytes, over and over. */
function textOf(size: number): Buffer {
  let state = 12_345;
  let period = '';
  const detectors = ['HALO', 'Super-K', 'IceCube', 'KM3NeT'];
  while (period.length < 3_000) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    period += `{"detector":"${detectors[(state >> 16) % 4]}","n":${(state >> 8) % 1_000}}\n`;
  }
  return Buffer.alloc(size, size === 0 ? '' : period.slice(0, 3_000));
}

const bytesOf = ({ base64 }: Sample) => Buffer.from(base64, 'base64');

/** Blocks of Snappy in the frame of snappy-java. */
function xerial(...blocks: Buffer[]): Buffer {
  const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const sized = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([magic, ...sized]);
}

describe('what is compressed comes out again', () => {
  it.each(SAMPLES)('$name', async (sample) => {
    const text = textOf(sample.size);
    expect((await decompressAs(sample.codec, bytesOf(sample), MOST)).equals(text)).toBe(true);
    // Just as much as may come, and a byte less than that.
    expect(await decompressAs(sample.codec, bytesOf(sample), Math.max(sample.size, 1))).toHaveLength(sample.size);
    if (sample.size < 2) return;
    const tooLittle = decompressAs(sample.codec, bytesOf(sample), sample.size - 1);
    await expect(tooLittle).rejects.toThrow(/^more than \d+ bytes come out of it/);
  });

  it('snappy in the frame that Java writes', () => {
    const blocks = SAMPLES.filter(({ codec }) => codec === 'snappy').map(bytesOf);
    const text = Buffer.concat([textOf(0), textOf(1), textOf(5_000), textOf(200_000)]);
    expect(unsnap(xerial(...blocks), MOST).equals(text)).toBe(true);
    expect(unsnap(Buffer.concat([xerial(...blocks.slice(0, 2)), xerial(...blocks.slice(2))]), MOST).equals(text)).toBe(
      true,
    );
    expect(unsnap(xerial(), MOST)).toHaveLength(0);
    expect(() => unsnap(xerial(...blocks), text.length - 1)).toThrow(/^more than/);
  });
});

describe('what nobody compressed', () => {
  it.each(SAMPLES)('$name, cut and changed, is unreadable or comes out within the bound', async (sample) => {
    const random = createRandom(sample.base64.length);
    const bytes = bytesOf(sample);
    for (let i = 0; i < MUTATIONS; i++) {
      const mutated = mutate(bytes, random);
      const out = await decompressAs(sample.codec, mutated, MOST).catch((error: unknown) => error);
      if (out instanceof Buffer) expect(out.length).toBeLessThanOrEqual(MOST);
      else expect(out).toBeInstanceOf(Unreadable);
    }
  });

  it('is passed over in a batch, and so are batches that were changed anywhere behind their length', async () => {
    const random = createRandom(14);
    const plain = recordsBytes(
      [1, 2, 3].map((n) => ({ value: textOf(100 * n), headers: [['_id', Buffer.alloc(16)]] })),
    );
    const batches = SAMPLES.filter(({ size }) => size === 5_000).map((sample) =>
      batchBytes({ count: 3, content: bytesOf(sample), attributes: CODEC_NUMBERS[sample.codec] }),
    );
    batches.push(batchBytes({ count: 3, content: plain }));
    const behind = batchBytes({ baseOffset: 1_000, records: [{ value: Buffer.from('behind') }] });
    for (let i = 0; i < 10 * MUTATIONS; i++) {
      const whole = batches[i % batches.length] as Buffer;
      const from = 21;
      const changed = Buffer.concat([whole.subarray(0, from), mutate(whole.subarray(from), random, true)]);
      // The last offset stays what it is: brokers compute where batches are by it.
      whole.copy(changed, 23, 23, 27);
      const bytes = Buffer.concat([i % 10 === 0 ? changed : withChecksum(changed), behind]);
      const { responses } = await decodeFetchResponse(fetchAnswer([{ partition: 0, bytes }]), 11, () => 0n);
      const records = responses[0]?.partitions[0]?.messages ?? [];
      const offsets = records.map(({ offset }) => Number(offset));
      expect(offsets).toEqual(offsets.toSorted((one, other) => one - other));
      const isDamaged = records.some((record) => unreadableBatch(record)?.isDamaged);
      if (!isDamaged) expect(records.at(-1)?.value?.toString()).toBe('behind');
    }
  });
});

function mutate(bytes: Buffer, random: Random, isAsLong = false): Buffer {
  const mutated = Buffer.from(bytes);
  const changes = 1 + random.whole(4);
  for (let i = 0; i < changes && mutated.length > 0; i++) mutated[random.whole(mutated.length)] = random.whole(256);
  if (isAsLong || random.whole(10) < 7) return mutated;
  return mutated.subarray(0, random.whole(mutated.length));
}
