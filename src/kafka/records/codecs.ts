import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { tooMuch } from './decompressed-output.js';
import { unlz4 } from './lz4.js';
import { unsnap } from './snappy.js';
import { Unreadable } from './unreadable.js';
import { unzstd } from './zstd.js';

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/** The codecs, in the order of their numbers in a batch's attributes. */
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type CodecName = (typeof CODECS)[number];

/** The codec in the lowest bits of a batch's attributes. */
export function codecName(attributes: number): CodecName | undefined {
  return CODECS[attributes & 0x07];
}

/**
 * @param most the limit of the output in bytes
 * @throws Unreadable
 */
export async function decompressAs(codec: Exclude<CodecName, 'none'>, input: Buffer, most: number): Promise<Buffer> {
  switch (codec) {
    case 'gzip':
      return await ungzip(input, most);
    case 'snappy':
      return unsnap(input, most);
    case 'lz4':
      return unlz4(input, most);
    case 'zstd':
      return await unzstd(input, most);
  }
}

async function ungzip(input: Buffer, most: number): Promise<Buffer> {
  try {
    return await gunzip(input, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch(most);
    throw new Unreadable(`zlib can not read it: ${(error as Error).message}`);
  }
}
