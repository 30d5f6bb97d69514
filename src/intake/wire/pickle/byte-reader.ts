import { type DecodeError, malformed } from '../decode-error.js';
import { MAXIMUM_INTEGER_BYTES } from '../limits.js';
import { decodeUtf8, StringDecoder } from '../text.js';

const NEWLINE = 0x0a;

/** Reads the opcodes of a pickle and their arguments, never beyond the end. */
export class PickleBytes {
  private at = 0;
  /** The end of the frame, which no opcode or argument may cross (PEP 3154). */
  private limit: number;
  private readonly strings: StringDecoder;

  constructor(private readonly bytes: Buffer) {
    this.strings = new StringDecoder(bytes);
    this.limit = bytes.length;
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  opcode(): number {
    if (this.at === this.limit) this.limit = this.bytes.length;
    return this.uint8();
  }

  frame(): void {
    const length = this.size64();
    if (this.limit !== this.bytes.length) throw malformed('A frame of the pickle begins within another.');
    this.limit = this.at + length;
  }

  uint8(): number {
    return this.bytes[this.advance(1)] as number;
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.advance(2));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.advance(4));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.advance(4));
  }

  /** A finite double, as JSON has no others. */
  float(): number {
    const value = this.bytes.readDoubleBE(this.advance(8));
    if (!Number.isFinite(value)) throw malformed('A number of the pickle is infinite or none at all.');
    return value;
  }

  /** Two's complement, least byte first. */
  integer(length: number): number | bigint {
    const begin = this.advance(length);
    if (length > MAXIMUM_INTEGER_BYTES) throw malformed(`An integer of the pickle has ${length} bytes.`);
    if (length === 0) return 0;
    if (length <= 6) return this.bytes.readIntLE(begin, length);
    if (length === 8) return safeOrBig(this.bytes.readBigInt64LE(begin));
    const digits = Buffer.from(this.bytes.subarray(begin, begin + length))
      .reverse()
      .toString('hex');
    return safeOrBig(BigInt.asIntN(8 * length, BigInt(`0x${digits}`)));
  }

  text(length: number): string {
    const begin = this.advance(length);
    return this.strings.decode(begin, this.at);
  }

  /** Text up to the end of the line. */
  line(): string {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    if (end < 0 || end >= this.limit) throw this.tooShort();
    const begin = this.at;
    this.at = end + 1;
    return decodeUtf8(this.bytes, begin, end);
  }

  skip(length: number): void {
    this.advance(length);
  }

  /** A size in 8 bytes; that many bytes must follow. */
  size64(): number {
    const size = this.bytes.readBigUInt64LE(this.advance(8));
    if (size > BigInt(this.limit - this.at)) throw this.tooShort();
    return Number(size);
  }

  /** @returns where the bytes begin */
  private advance(length: number): number {
    const begin = this.at;
    if (length > this.limit - begin) throw this.tooShort();
    this.at = begin + length;
    return begin;
  }

  private tooShort(): DecodeError {
    return malformed(
      this.limit === this.bytes.length ? 'The pickle ends too early.' : 'A frame of the pickle is too short.',
    );
  }
}

function safeOrBig(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
