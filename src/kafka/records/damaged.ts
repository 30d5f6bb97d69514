import { BrokenLog, type Frame, frameAt } from './log-frame.js';
import { readHeader } from './record-batch.js';

/** From which offset a partition was fetched, and where its log ended then. */
export interface Asked {
  readonly from: bigint;
  readonly highWatermark: bigint;
}

/**
 * The last offset that a damaged batch occupies. Its header can't be trusted. Neither can its length, which the checksum does
 * not cover, unless an intact batch follows directly after it. Of the possible offsets the least one is returned, so that
 * no record is skipped; if the batch is fetched again from there on, the next possible one is.
 * @param behind the bytes after it in the response
 */
export function lastOfDamaged({ bytes, isOld }: Frame, behind: Buffer, { from, highWatermark }: Asked): bigint {
  const base = bytes.readBigInt64BE(0);
  const next = behind.length >= 8 ? [behind.readBigInt64BE(0) - 1n] : [];
  const claims = beginsIntact(behind) ? next : [...next, ...(isOld ? [base] : claimsOf(bytes))];
  const possible = claims.filter((offset) => offset >= from && offset < highWatermark);
  return possible.reduce((one, other) => (one < other ? one : other), possible[0] ?? from);
}

/** What its header says: its number of records, and its last offset. */
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
