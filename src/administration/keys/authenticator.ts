import { timingSafeEqual } from 'node:crypto';
import { hashKey, idOf } from './key.js';
import type { Principal } from './principal.js';

export interface StoredKey extends Principal {
  readonly hash: Uint8Array;
}

export interface Authenticator {
  /**
   * Whose key this is, from memory.
   * @returns null if it is known to be nobody's, undefined if memory can't tell
   */
  recall(key: string): Principal | null | undefined;
  /** True if there is, or a moment ago was, a key of this id: to look it up again is not what strangers can cause at will. */
  isKnown(key: string): boolean;
  /** Whose key this is, from the database; null if it is nobody's. Those who ask for the same id at once share one look. */
  lookUp(key: string): Promise<Principal | null>;
  /** Whose key this was when the database last told, however long ago; null: it was nobody's, or nobody asked. */
  lastKnown(key: string): Principal | null;
  /** Keeps keys in mind that the database holds, as of now. */
  learn(keys: readonly StoredKey[]): void;
  /** What is remembered of a key holds no longer: it was made or revoked, here or by another replica. */
  forget(id: string): void;
}

export interface AuthenticatorOptions {
  /** The unrevoked key with this id. */
  find(id: string): Promise<StoredKey | undefined>;
  /** ADMIN_API_KEY. */
  readonly adminKey: string | undefined;
  /** Milliseconds of a clock that only goes forward. */
  now?(): number;
}

/** So long is a revocation unknown to a replica that missed its notice. */
const REMEMBERED_MS = 5_000;
/** Keys that there are; and, in a memory of their own, ids that strangers made up: neither drives out the other. */
export const REMEMBERED_KEYS = 10_000;

interface Remembered {
  /** Undefined: it was made or revoked, and nobody has looked since. */
  readonly key: StoredKey | undefined;
  readonly until: number;
}

export function createAuthenticator({
  find,
  adminKey,
  now = () => performance.now(),
}: AuthenticatorOptions): Authenticator {
  const adminHash = adminKey === undefined ? undefined : hashKey(adminKey);
  const known = new Map<string, Remembered>();
  /** Ids of no key, and until when that is believed. */
  const unknown = new Map<string, number>();
  /** Looks under way, by id. */
  const looks = new Map<string, Promise<StoredKey | undefined>>();

  function remember(id: string, key: StoredKey | undefined): void {
    const until = now() + REMEMBERED_MS;
    known.delete(id);
    if (key === undefined) keep(unknown, id, until);
    else keep(known, id, { key, until });
  }

  async function look(id: string): Promise<StoredKey | undefined> {
    const found = find(id);
    looks.set(id, found);
    try {
      const key = await found;
      // A revocation that came while the answer was under way may not be in the answer.
      if (looks.get(id) === found) remember(id, key);
      return key;
    } finally {
      if (looks.get(id) === found) looks.delete(id);
    }
  }

  return {
    recall(key) {
      const hash = hashKey(key);
      if (adminHash !== undefined && timingSafeEqual(hash, adminHash)) return CONFIGURED;
      const id = idOf(key);
      if (id === undefined) return null;
      const memory = known.get(id);
      if (memory?.key !== undefined && memory.until > now()) return holder(memory.key, hash);
      return (unknown.get(id) ?? 0) > now() ? null : undefined;
    },

    isKnown(key) {
      const id = idOf(key);
      return id !== undefined && known.has(id);
    },

    async lookUp(key) {
      const id = idOf(key);
      if (id === undefined) return null;
      return holder(await (looks.get(id) ?? look(id)), hashKey(key));
    },

    lastKnown(key) {
      const id = idOf(key);
      return id === undefined ? null : holder(known.get(id)?.key, hashKey(key));
    },

    learn(keys) {
      for (const key of keys) remember(key.id, key);
    },

    forget(id) {
      looks.delete(id);
      unknown.delete(id);
      keep(known, id, { key: undefined, until: 0 });
    },
  };
}

/** Keeps a value as the newest; of too many the oldest goes. */
function keep<Value>(memory: Map<string, Value>, id: string, value: Value): void {
  memory.delete(id);
  const oldest = memory.keys().next();
  if (memory.size >= REMEMBERED_KEYS && !oldest.done) memory.delete(oldest.value);
  memory.set(id, value);
}

const CONFIGURED: Principal = { id: 'configured', role: 'admin', detectors: [] };

function holder(found: StoredKey | undefined, hash: Buffer): Principal | null {
  return found !== undefined && timingSafeEqual(hash, found.hash) ? found : null;
}
