import { isMessageIntact, LEAST_MESSAGE_BYTES } from './message-set.js';
import { HEADER_BYTES, isIntact } from './record-batch.js';

/** Where the format stands, in a batch and in a message of an old log. */
export const MAGIC_AT = 16;
/** Offset and length. */
const BEFORE_LENGTH = 12;

/** Where a batch or message should begin stands something else: nobody knows where the next one is. */
export class BrokenLog extends Error {}

/** A batch, or a message of an old log, in a partition's part of an answer. */
export interface Frame {
  readonly bytes: Buffer;
  /** What is read as message, not as batch. */
  readonly isOld: boolean;
  /** Its checksum fits; offset and length are not covered by it. */
  readonly isIntact: boolean;
}

/**
 * The one that begins there; undefined: the answer ends before it does.
 * @throws BrokenLog
 */
export function frameAt(all: Buffer, at: number): Frame | undefined {
  if (at + MAGIC_AT >= all.length) return undefined;
  const isOld = all.readInt8(at + MAGIC_AT) < 2;
  const end = at + BEFORE_LENGTH + all.readInt32BE(at + BEFORE_LENGTH - 4);
  if (end < at + (isOld ? LEAST_MESSAGE_BYTES : HEADER_BYTES)) {
    throw new BrokenLog(`a batch at byte ${at} that would end at ${end}`);
  }
  if (end > all.length) return undefined;
  const bytes = all.subarray(at, end);
  return { bytes, isOld, isIntact: isOld ? isMessageIntact(bytes) : isIntact(bytes) };
}
