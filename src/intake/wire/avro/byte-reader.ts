import { type DecodeError, malformed } from '../decode-error.js';
import { StringDecoder } from '../text.js';

/** Reads Avro's binary encoding of primitive types, never beyond the end. */
export class AvroBytes {
  private at = 0;
  private readonly strings: StringDecoder;

  constructor(private readonly bytes: Buffer) {
    this.strings = new StringDecoder(bytes);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  boolean(): boolean {
    const byte = this.bytes[this.advance(1)];
    if (byte !== 0 && byte !== 1) throw malformed('A boolean of the Avro file is neither true nor false.');
    return byte === 1;
  }

  /** In zigzag encoding, seven bits per byte, at most 64 bits. */
  long(): number | bigint {
    let bits = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.advance(1)] as number;
      bits |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return fromZigZag(bits);
    }
    throw malformed('An integer of the Avro file has more than 64 bits.');
  }

  /** A length, a count or an index. */
  count(): number {
    const value = this.long();
    if (typeof value === 'bigint') throw malformed('The Avro file states a size that it does not have.');
    return value;
  }

  float(): number {
    return finite(this.bytes.readFloatLE(this.advance(4)));
  }

  double(): number {
    return finite(this.bytes.readDoubleLE(this.advance(8)));
  }

  string(): string {
    const length = this.count();
    const begin = this.advance(length);
    return this.strings.decode(begin, begin + length);
  }

  take(length: number): Buffer {
    const begin = this.advance(length);
    return this.bytes.subarray(begin, begin + length);
  }

  private advance(length: number): number {
    const begin = this.at;
    if (length < 0 || length > this.bytes.length - begin) throw tooShort();
    this.at = begin + length;
    return begin;
  }
}

function fromZigZag(bits: bigint): number | bigint {
  const value = BigInt.asIntN(64, (bits >> 1n) ^ -(bits & 1n));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw malformed('A number of the Avro file is infinite or none at all.');
}

function tooShort(): DecodeError {
  return malformed('The Avro file ends too early.');
}
