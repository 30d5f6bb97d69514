import { Unreadable } from './unreadable.js';

/** Reads the fields of Kafka's protocol one after another, never beyond the end. */
export class Cursor {
  constructor(
    private readonly bytes: Buffer,
    private at = 0,
  ) {}

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  int8(): number {
    return this.bytes.readInt8(this.step(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.step(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.step(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.step(8));
  }

  /** The next bytes, not copied. */
  take(length: number): Buffer {
    if (length < 0) throw new Unreadable(`a length of ${length} bytes`);
    const start = this.step(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Bytes with their length before them as an INT32; null if that is -1. */
  bytes32(): Buffer | null {
    const length = this.int32();
    return length === -1 ? null : this.take(length);
  }

  /** Bytes with their length before them as a VARINT; null if that is -1. */
  bytesVarint(): Buffer | null {
    const length = this.varint();
    return length === -1 ? null : this.take(length);
  }

  /** A text with its length in bytes before it, as a VARINT. */
  textVarint(): string {
    const length = this.varint();
    if (length < 0) throw new Unreadable(`a text of ${length} bytes`);
    const start = this.step(length);
    return this.bytes.toString('utf8', start, start + length);
  }

  /** 32 bits in zigzag encoding. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new Unreadable('a number of more than 32 bits');
  }

  /** 64 bits in zigzag encoding. */
  varlong(): bigint {
    let value = 0n;
    let low = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      // Most numbers are short and need no bigint.
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte >= 0x80) continue;
      if (shift < 28) return BigInt((low >>> 1) ^ -(low & 1));
      const all = BigInt.asUintN(64, value | BigInt(low));
      return (all >> 1n) ^ -(all & 1n);
    }
    throw new Unreadable('a number of more than 64 bits');
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Unreadable('it ends in the middle of a number');
    return byte;
  }

  /** Advances, and returns the position before. */
  private step(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length)
      throw new Unreadable(`${this.remaining} bytes where ${length} are announced`);
    this.at = start + length;
    return start;
  }
}
