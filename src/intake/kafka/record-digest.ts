import { createHash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import type { ReadRecord } from '../../cache/commit/stretch.js';

/** Digests that were made in another way tell nothing. */
const VERSION = '1:';

/** By what a record is known again: all that its producer wrote, and when. */
export function readRecord({ offset, timestamp, key, value, headers }: KafkaMessage): ReadRecord {
  const hash = createHash('sha256');
  const add = (bytes: Buffer | string | null | undefined) => {
    // With its length, so that nothing can move from one field to the next.
    hash.update(`${bytes === null || bytes === undefined ? -1 : Buffer.byteLength(bytes)}:`).update(bytes ?? '');
  };
  add(timestamp);
  add(key);
  add(value);
  for (const [name, given] of Object.entries(headers ?? {})) {
    add(name);
    for (const one of Array.isArray(given) ? given : [given]) add(one);
  }
  return { offset: BigInt(offset), digest: VERSION + hash.digest('base64') };
}

/** True if two digests of the record at one offset tell that it is not the same record. */
export function isAnother(before: ReadRecord, now: ReadRecord): boolean {
  return before.offset === now.offset && before.digest.startsWith(VERSION) && before.digest !== now.digest;
}
