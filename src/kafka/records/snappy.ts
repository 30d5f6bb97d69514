import { DecompressedOutput, tooMuch } from './decompressed-output.js';
import { Unreadable } from './unreadable.js';

/** The framing of snappy-java ("xerial"), which Java's producers write: magic, two versions, then blocks with lengths. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/**
 * Decompresses Snappy (google/snappy, format_description.txt), without framing as librdkafka writes it or with Java's.
 * @throws Unreadable
 */
export function unsnap(input: Buffer, most: number): Buffer {
  if (!isXerial(input, 0)) return unsnapBlock(input, most);
  const blocks: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < input.length; ) {
    // Streams may follow one another.
    if (isXerial(input, at)) {
      at += XERIAL_HEADER;
      continue;
    }
    if (at + 4 > input.length) throw new Unreadable('it ends in the middle of a length');
    const end = at + 4 + input.readUInt32BE(at);
    if (end > input.length) throw new Unreadable('it ends in the middle of a block');
    const block = unsnapBlock(input.subarray(at + 4, end), most - length);
    blocks.push(block);
    length += block.length;
    at = end;
  }
  return blocks.length === 1 ? (blocks[0] as Buffer) : Buffer.concat(blocks, length);
}

function isXerial(input: Buffer, at: number): boolean {
  return input.length >= at + XERIAL_HEADER && input.subarray(at, at + XERIAL.length).equals(XERIAL);
}

function unsnapBlock(input: Buffer, most: number): Buffer {
  const { length, at: begin } = readLength(input);
  if (length > most) throw tooMuch(most);
  const output = new DecompressedOutput(length, length);
  let at = begin;
  while (at < input.length) {
    const tag = input[at++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      // A literal: its length minus one, or the number of bytes that hold it.
      const more = Math.max((tag >> 2) - 59, 0);
      const count = (more === 0 ? tag >> 2 : littleEndian(input, at, more)) + 1;
      at += more;
      if (at + count > input.length) throw new Unreadable('it ends in the middle of a literal');
      output.append(input, at, at + count);
      at += count;
    } else if (kind === 1) {
      output.repeat(((tag >> 5) << 8) | littleEndian(input, at, 1), ((tag >> 2) & 7) + 4, 0);
      at += 1;
    } else {
      const bytes = kind === 2 ? 2 : 4;
      output.repeat(littleEndian(input, at, bytes), (tag >> 2) + 1, 0);
      at += bytes;
    }
  }
  if (output.length !== length)
    throw new Unreadable(`${output.length} bytes come out of it where ${length} are announced`);
  return output.finish();
}

function readLength(input: Buffer): { readonly length: number; readonly at: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = input[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw new Unreadable('it does not tell its length');
}

function littleEndian(input: Buffer, at: number, bytes: number): number {
  if (at + bytes > input.length) throw new Unreadable('it ends in the middle of a number');
  return input.readUIntLE(at, bytes);
}
