import { decompress, init } from '@bokuweb/zstd-wasm';
import { tooMuch } from './decompressed-output.js';
import { isSkippable, skippableEnd } from './skippable-frame.js';
import { Unreadable } from './unreadable.js';

const MAGIC = 0xfd2fb528;
/** A block yields no more than this (RFC 8878, 3.1.1.2.4). */
const MOST_OF_A_BLOCK = 128 * 1024;
const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;

let loading: Promise<void> | undefined;

/**
 * Decompresses one or several frames of Zstandard (RFC 8878). The library allocates the output by the header alone, so the
 * blocks of each frame are inspected first, and the library is told the largest output that is possible.
 * @throws Unreadable
 */
export async function unzstd(input: Buffer, most: number): Promise<Buffer> {
  loading ??= init().catch((error) => {
    loading = undefined;
    throw error;
  });
  await loading;
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  while (at < input.length) {
    if (at + 4 > input.length) throw new Unreadable('it ends too early');
    const magic = input.readUInt32LE(at);
    if (isSkippable(magic)) {
      at = skippableEnd(input, at);
      continue;
    }
    if (magic !== MAGIC) throw new Unreadable('no Zstandard frame');
    const frame = walk(input, at);
    if ((frame.contentSize ?? 0) > most - length) throw tooMuch(most);
    const room = Math.min(frame.most, most - length);
    const part = decompressFrame(input.subarray(at, frame.end), room, room < frame.most ? most : undefined);
    parts.push(part);
    length += part.length;
    at = frame.end;
  }
  return Buffer.concat(parts, length);
}

/** @param bound the limit that reduced `room`, if one did */
function decompressFrame(frame: Buffer, room: number, bound: number | undefined): Uint8Array {
  if (room === 0 && bound !== undefined) throw tooMuch(bound);
  if (room === 0) return new Uint8Array();
  try {
    return decompress(frame, { defaultHeapSize: room });
  } catch (error) {
    if (bound !== undefined)
      throw new Unreadable(`more than ${bound} bytes come out of it, or Zstandard can not read it`);
    throw new Unreadable(`Zstandard can not read it: ${(error as Error).message}`);
  }
}

interface Frame {
  readonly end: number;
  /** If the header has it. */
  readonly contentSize: number | undefined;
  /** The largest output that is possible. */
  readonly most: number;
}

/** Finds the end of a frame and its largest possible output, without decompressing it. */
function walk(input: Buffer, start: number): Frame {
  const cut = () => new Unreadable('it ends in the middle of a frame');
  const descriptor = input[start + 4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  let at = start + 5 + (isSingleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number);
  const sizeBytes = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag;
  if (at + sizeBytes > input.length) throw cut();
  const contentSize = readContentSize(input, at, sizeBytes);
  at += sizeBytes;
  let most = 0;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > input.length) throw cut();
    const header = input.readUIntLE(at, 3);
    isLast = (header & 1) === 1;
    const kind = (header >> 1) & 3;
    const size = header >> 3;
    if (kind > COMPRESSED || size > MOST_OF_A_BLOCK)
      throw new Unreadable('a Zstandard block of an unknown kind or size');
    most += kind === RAW || kind === RLE ? size : MOST_OF_A_BLOCK;
    at += 3 + (kind === RLE ? 1 : size);
  }
  at += descriptor & 0x04 ? 4 : 0;
  if (at > input.length) throw cut();
  return { end: at, contentSize, most: Math.min(most, contentSize ?? most) };
}

function readContentSize(input: Buffer, at: number, bytes: number): number | undefined {
  if (bytes === 0) return undefined;
  if (bytes === 8) return Number(input.readBigUInt64LE(at));
  return input.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}
