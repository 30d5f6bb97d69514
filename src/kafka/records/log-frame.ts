import { isMessageIntact, LEAST_MESSAGE_BYTES } from './message-set.js';
import { HEADER_BYTES, isIntact } from './record-batch.js';

/** Where the format's version is, in a batch and in a message of an old log. */
export const MAGIC_AT = 16;
/** Offset and length. */
const BEFORE_LENGTH = 12;

/** There is something else where a batch or message should begin, so that the next one can't be found. */
export class BrokenLog extends Error {}

/** A batch, or a message of an old log, in the response of a partition. */
export interface Frame {
  readonly bytes: Buffer;
  /** It is a message of an old log, not a batch. */
  readonly isOld: boolean;
  /** Its checksum is right. That does not cover offset and length. */
  readonly isIntact: boolean;
}

/**
 * The frame that begins at a position; undefined if the response ends before the frame does.
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
