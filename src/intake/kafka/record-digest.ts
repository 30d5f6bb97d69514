import { createHash } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import type { ReadRecord } from '../../cache/commit/stretch.js';

/** Digests of another version can't be compared. */
const VERSION = '1:';

/** What identifies a record: its offset, and a digest of its timestamp, key, value and headers. */
export function readRecord({ offset, timestamp, key, value, headers }: KafkaMessage): ReadRecord {
  const hash = createHash('sha256');
  const add = (bytes: Buffer | string | null | undefined) => {
    // With its length, so that the same bytes divided in another way give another digest.
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

/** True if the record that is now at the offset differs from the one that was there before. */
export function isAnother(before: ReadRecord, now: ReadRecord): boolean {
  return before.offset === now.offset && before.digest.startsWith(VERSION) && before.digest !== now.digest;
}
