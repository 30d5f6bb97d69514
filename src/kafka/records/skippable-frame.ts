import { Unreadable } from './unreadable.js';

/** True of the magic number of a frame of LZ4 or Zstandard that holds no data (RFC 8878, 3.1.2). */
export function isSkippable(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}

/** Where such a frame ends. @param at where it begins */
export function skippableEnd(input: Buffer, at: number): number {
  const end = at + 8 <= input.length ? at + 8 + input.readUInt32LE(at + 4) : Number.POSITIVE_INFINITY;
  if (end > input.length) throw new Unreadable('it ends in the middle of a skippable frame');
  return end;
}
