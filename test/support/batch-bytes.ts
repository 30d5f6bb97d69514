import { crc32c } from '../../src/kafka/records/crc32c.js';

export const CODEC_NUMBERS = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

/** A record of a batch, as bytes. */
export interface RawRecord {
  readonly value: Buffer | null;
  readonly headers?: readonly (readonly [name: string, value: Buffer | null])[];
  readonly offsetDelta?: number;
}

export interface RawBatch {
  readonly baseOffset?: number;
  readonly records?: readonly RawRecord[];
  /** Instead of what the records give: what stands behind the header. */
  readonly content?: Buffer;
  readonly attributes?: number;
  readonly producerId?: number;
  readonly count?: number;
  readonly lastOffsetDelta?: number;
  readonly magic?: number;
}

/** A record batch of Kafka's format 2, of which a test may make what no producer writes; its checksum fits. */
export function batchBytes(batch: RawBatch): Buffer {
  const { records = [], attributes = 0, count = records.length, baseOffset = 0 } = batch;
  const content = batch.content ?? recordsBytes(records);
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(baseOffset), 0);
  header.writeInt32BE(61 - 12 + content.length, 8);
  header.writeInt8(batch.magic ?? 2, 16);
  header.writeInt16BE(attributes, 21);
  header.writeInt32BE(batch.lastOffsetDelta ?? count - 1, 23);
  header.writeBigInt64BE(1_700_000_000_000n, 27);
  header.writeBigInt64BE(1_700_000_000_999n, 35);
  header.writeBigInt64BE(BigInt(batch.producerId ?? -1), 43);
  header.writeInt16BE(0, 51);
  header.writeInt32BE(-1, 53);
  header.writeInt32BE(count, 57);
  const bytes = Buffer.concat([header, content]);
  return withChecksum(bytes);
}

/** The same batch, its checksum made to fit what is in it now. */
export function withChecksum(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

export function recordsBytes(records: readonly RawRecord[]): Buffer {
  return Buffer.concat(records.map((record, index) => recordBytes(record, index)));
}

function recordBytes({ value, headers = [], offsetDelta }: RawRecord, index: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(index),
    varint(offsetDelta ?? index),
    varint(-1),
    sized(value),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [sized(Buffer.from(name)), sized(content)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function sized(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

export interface RawPartition {
  readonly partition: number;
  readonly bytes: Buffer;
  readonly errorCode?: number;
  /** By default 1,000, as is the last stable offset. */
  readonly highWatermark?: number;
  readonly aborted?: readonly (readonly [producerId: number, firstOffset: number])[];
}

/** A broker's answer to Fetch, version 11, for one topic `t`. */
export function fetchAnswer(partitions: readonly RawPartition[]): Buffer {
  return Buffer.concat([
    // Throttle time, error, session, one topic.
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]),
    Buffer.from('t'),
    int32(partitions.length),
    ...partitions.flatMap(({ partition, bytes, errorCode = 0, highWatermark = 1_000, aborted = [] }) => {
      const head = Buffer.alloc(30);
      head.writeInt32BE(partition, 0);
      head.writeInt16BE(errorCode, 4);
      head.writeBigInt64BE(BigInt(highWatermark), 6);
      head.writeBigInt64BE(BigInt(highWatermark), 14);
      const transactions = aborted.map(([producerId, firstOffset]) => {
        const one = Buffer.alloc(16);
        one.writeBigInt64BE(BigInt(producerId), 0);
        one.writeBigInt64BE(BigInt(firstOffset), 8);
        return one;
      });
      return [head, int32(aborted.length), ...transactions, int32(-1), int32(bytes.length), bytes];
    }),
  ]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
