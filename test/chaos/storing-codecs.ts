import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes } = kafkajs;

interface Encoder {
  readonly buffer: Buffer;
}

/** What a codec compresses to when nothing is worth compressing: the formats' own containers around the bytes as they are. */
const STORED = {
  [CompressionTypes.Snappy]: storedAsSnappy,
  [CompressionTypes.LZ4]: storedAsLz4,
  [CompressionTypes.ZSTD]: storedAsZstd,
};

/** Lets kafkajs write what it can't write by itself, so that a test sends batches of every codec. */
export function letKafkajsStore(): void {
  for (const [type, store] of Object.entries(STORED)) {
    CompressionCodecs[Number(type) as keyof typeof CompressionCodecs] = () => ({
      compress: async ({ buffer }: Encoder) => store(buffer),
      decompress: async () => {
        throw new Error('only written here');
      },
    });
  }
}

/** The length, then literals of up to 64 KiB (snappy's format_description.txt). */
function storedAsSnappy(bytes: Buffer): Buffer {
  const literals = portions(bytes).flatMap((part) => {
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(part.length - 1, 1);
    return [head, part];
  });
  return Buffer.concat([varint(bytes.length), ...literals]);
}

/** A frame of independent blocks of up to 64 KiB, each marked as uncompressed (lz4_Frame_format.md). */
function storedAsLz4(bytes: Buffer): Buffer {
  const blocks = portions(bytes).flatMap((part) => [uint32(part.length + 0x80000000), part]);
  // The magic number, flags, block size, and the checksum of those two.
  return Buffer.concat([uint32(0x184d2204), Buffer.from([0x60, 0x40, LZ4_HEADER_CHECKSUM]), ...blocks, uint32(0)]);
}

const LZ4_HEADER_CHECKSUM = 0x82;

/** A frame of one segment, of raw blocks (RFC 8878). */
function storedAsZstd(bytes: Buffer): Buffer {
  const parts = portions(bytes);
  const blocks = parts.flatMap((part, i) => {
    const head = uint32((part.length << 3) | (i === parts.length - 1 ? 1 : 0)).subarray(0, 3);
    return [head, part];
  });
  return Buffer.concat([uint32(0xfd2fb528), Buffer.from([0xa0]), uint32(bytes.length), ...blocks]);
}

const MOST_PER_BLOCK = 65_536;

function portions(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += MOST_PER_BLOCK) parts.push(bytes.subarray(at, at + MOST_PER_BLOCK));
  return parts;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
