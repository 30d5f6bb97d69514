import { DecompressedOutput } from './decompressed-output.js';
import { isSkippable, skippableEnd } from './skippable-frame.js';
import { Unreadable } from './unreadable.js';

const MAGIC = 0x184d2204;
const IS_UNCOMPRESSED = 0x80000000;

/**
 * Decompresses one or several LZ4 frames (lz4_Frame_format.md). Checksums are not verified: the batch has one of its own,
 * and old producers computed that of the frame's header from the wrong bytes.
 * @throws Unreadable
 */
export function unlz4(input: Buffer, most: number): Buffer {
  const output = new DecompressedOutput(most);
  let at = 0;
  while (at < input.length) {
    const magic = uint32(input, at);
    if (isSkippable(magic)) at = skippableEnd(input, at);
    else if (magic === MAGIC) at = readFrame(input, at + 4, output);
    else throw new Unreadable('no LZ4 frame');
  }
  return output.finish();
}

/** @returns where the frame ends */
function readFrame(input: Buffer, start: number, output: DecompressedOutput): number {
  const flags = input[start] ?? 0;
  if (flags >> 6 !== 1) throw new Unreadable('an LZ4 frame of an unknown version');
  if (flags & 0x01) throw new Unreadable('an LZ4 frame that needs a dictionary');
  const isIndependent = (flags & 0x20) !== 0;
  const blockChecksum = flags & 0x10 ? 4 : 0;
  const contentSize = flags & 0x08 ? 8 : 0;
  const contentChecksum = flags & 0x04 ? 4 : 0;
  const frameStart = output.length;
  // Flags, block size, content size, and the header's checksum.
  let at = start + 3 + contentSize;
  for (;;) {
    const size = uint32(input, at);
    at += 4;
    if (size === 0) break;
    const end = at + (size & 0x7fffffff);
    if (end + blockChecksum > input.length) throw new Unreadable('it ends in the middle of a block');
    if (size >= IS_UNCOMPRESSED) output.append(input, at, end);
    else readBlock(input, at, end, output, isIndependent ? output.length : frameStart);
    at = end + blockChecksum;
  }
  if (at + contentChecksum > input.length) throw new Unreadable('it ends in the middle of a checksum');
  return at + contentChecksum;
}

/** lz4_Block_format.md. @param earliest where repeated bytes may begin */
function readBlock(input: Buffer, start: number, end: number, output: DecompressedOutput, earliest: number): void {
  let at = start;

  function length(first: number): number {
    let sum = first;
    for (let byte = first === 15 ? 255 : 0; byte === 255; sum += byte) {
      if (at >= end) throw new Unreadable('a block ends in the middle of a length');
      byte = input[at++] as number;
    }
    return sum;
  }

  while (at < end) {
    const token = input[at++] as number;
    const literals = length(token >> 4);
    if (at + literals > end) throw new Unreadable('a block ends in the middle of a literal');
    output.append(input, at, at + literals);
    at += literals;
    // The last sequence has nothing but literals.
    if (at === end) return;
    if (at + 2 > end) throw new Unreadable('a block ends in the middle of a distance');
    const distance = input.readUInt16LE(at);
    at += 2;
    output.repeat(distance, length(token & 15) + 4, earliest);
  }
  throw new Unreadable('a block without an end');
}

function uint32(input: Buffer, at: number): number {
  if (at + 4 > input.length) throw new Unreadable('it ends too early');
  return input.readUInt32LE(at);
}
