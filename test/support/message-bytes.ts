import { crc32 } from 'node:zlib';

/** A record as logs kept them before Kafka 0.11: format 0, or 1 with a timestamp. */
export function message(given: { offset: number; magic: 0 | 1; attributes?: number; value: Buffer }): Buffer {
  const { offset, magic, attributes = 0, value } = given;
  const head = Buffer.alloc(magic === 0 ? 2 : 10);
  head.writeInt8(magic, 0);
  head.writeInt8(attributes, 1);
  if (magic === 1) head.writeBigInt64BE(1_700_000_000_000n, 2);
  const lengths = Buffer.alloc(8);
  lengths.writeInt32BE(-1, 0);
  lengths.writeInt32BE(value.length, 4);
  const body = Buffer.concat([head, lengths, value]);
  const before = Buffer.alloc(16);
  before.writeBigInt64BE(BigInt(offset), 0);
  before.writeInt32BE(4 + body.length, 8);
  before.writeUInt32BE(crc32(body), 12);
  return Buffer.concat([before, body]);
}
