import { isUtf8 } from 'node:buffer';
import { malformed } from './decode-error.js';

const REPLACEMENT = '\uFFFD';

/**
 * Decodes well-formed UTF-8.
 * @throws DecodeError malformed
 */
export function decodeUtf8(bytes: Buffer, begin = 0, end = bytes.length): string {
  const text = bytes.toString('utf8', begin, end);
  // The replacement character may be in the text itself; otherwise it replaces an invalid byte.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(begin, end))) throw malformed('Text is not UTF-8.');
  return text;
}

/** Decodes many short strings out of the same bytes. */
export class StringDecoder {
  /** All bytes as Latin-1: a slice of this is faster than decoding each string. */
  private readonly latin1: string;

  constructor(private readonly bytes: Buffer) {
    this.latin1 = bytes.toString('latin1');
  }

  /** @throws DecodeError malformed if it is not UTF-8 or can't be stored */
  decode(begin: number, end: number): string {
    for (let i = begin; i < end; i++) {
      const byte = this.bytes[i] as number;
      if (byte >= 0x80) return fitText(decodeUtf8(this.bytes, begin, end));
      if (byte === 0) throw unfitText();
    }
    return this.latin1.slice(begin, end);
  }
}

function fitText(text: string): string {
  if (text.includes('\0')) throw unfitText();
  return text;
}

function unfitText() {
  return malformed('A string holds a NUL character.');
}
