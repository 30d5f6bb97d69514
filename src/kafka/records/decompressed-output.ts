import { Unreadable } from './unreadable.js';

const FIRST_BYTES = 64 * 1024;

/** The output of a decompressor. It grows as needed, up to a limit. */
export class DecompressedOutput {
  private bytes: Buffer;
  private end = 0;

  /**
   * @param most the limit in bytes
   * @param expected the number of bytes to expect, if known
   */
  constructor(
    private readonly most: number,
    expected = Math.min(FIRST_BYTES, most),
  ) {
    if (expected > most) throw tooMuch(most);
    this.bytes = Buffer.allocUnsafe(expected);
  }

  get length(): number {
    return this.end;
  }

  append(source: Buffer, start: number, end: number): void {
    this.makeRoom(end - start);
    source.copy(this.bytes, this.end, start, end);
    this.end += end - start;
  }

  /**
   * Appends a copy of earlier bytes, which may overlap with those that it appends.
   * @param distance how far back they begin
   * @param earliest the first position at which they may begin
   */
  repeat(distance: number, count: number, earliest: number): void {
    const from = this.end - distance;
    if (distance <= 0 || from < earliest) throw new Unreadable('it repeats bytes from before its beginning');
    this.makeRoom(count);
    if (distance >= count) this.bytes.copyWithin(this.end, from, from + count);
    else if (distance === 1) this.bytes.fill(this.bytes[from] as number, this.end, this.end + count);
    else for (let i = 0; i < count; i++) this.bytes[this.end + i] = this.bytes[from + i] as number;
    this.end += count;
  }

  finish(): Buffer {
    return this.bytes.subarray(0, this.end);
  }

  private makeRoom(count: number): void {
    const needed = this.end + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.most) throw tooMuch(this.most);
    const grown = Buffer.allocUnsafe(Math.min(Math.max(needed, 2 * this.bytes.length), this.most));
    this.bytes.copy(grown, 0, 0, this.end);
    this.bytes = grown;
  }
}

/** The error for output beyond the limit. */
export function tooMuch(most: number): Unreadable {
  return new Unreadable(`more than ${most} bytes come out of it`);
}
