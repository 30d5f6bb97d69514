import { BrokenLog, type Frame, frameAt } from './frame.js';
import { readHeader } from './record-batch.js';

/** Where a partition was asked for, and where its log ended then. */
export interface Asked {
  readonly from: bigint;
  readonly highWatermark: bigint;
}

/**
 * The last offset that a damaged batch takes up. What its header says is not to be trusted, nor, as the checksum doesn't
 * cover the length, that the next one stands behind it, unless an intact one does. Of what is possible the least is taken,
 * so that no record is passed over; where it is asked for again from there on, the next is.
 * @param behind what stands behind it in the answer
 */
export function lastOfDamaged({ bytes, isOld }: Frame, behind: Buffer, { from, highWatermark }: Asked): bigint {
  const base = bytes.readBigInt64BE(0);
  const next = behind.length >= 8 ? [behind.readBigInt64BE(0) - 1n] : [];
  const claims = beginsIntact(behind) ? next : [...next, ...(isOld ? [base] : claimsOf(bytes))];
  const possible = claims.filter((offset) => offset >= from && offset < highWatermark);
  return possible.reduce((one, other) => (one < other ? one : other), possible[0] ?? from);
}

/** By its number of records, and as it says itself. */
function claimsOf(bytes: Buffer): bigint[] {
  const { baseOffset, lastOffset, count } = readHeader(bytes);
  return [baseOffset + BigInt(Math.max(count - 1, 0)), lastOffset];
}

function beginsIntact(bytes: Buffer): boolean {
  try {
    return frameAt(bytes, 0)?.isIntact === true;
  } catch (error) {
    if (!(error instanceof BrokenLog)) throw error;
    return false;
  }
}
