import { hash, randomBytes, randomInt } from 'node:crypto';

/** `snews_<id>_<secret>`: the id to look it up, and 256 random bits. */
const KEY = /^snews_([0-9a-z]{8})_[A-Za-z0-9_-]{43}$/;
const ID_LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 8;

export interface NewKey {
  readonly id: string;
  /** The key as its holder sends it; shown once and not stored. */
  readonly key: string;
  readonly hash: Buffer;
}

export function makeKey(): NewKey {
  const id = Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
  const key = `snews_${id}_${randomBytes(32).toString('base64url')}`;
  return { id, key, hash: hashKey(key) };
}

/** SHA-256: a key has 256 random bits, so no slow hash is needed. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** The id in a key; undefined: this is not a key of this server. */
export function idOf(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}
