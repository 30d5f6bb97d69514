import { timingSafeEqual } from 'node:crypto';
import { hashKey, idOf } from './key.js';
import type { Principal } from './principal.js';

export interface StoredKey extends Principal {
  readonly hash: Uint8Array;
}

export interface Authenticator {
  /**
   * The holder of a key, from memory.
   * @returns null if the key is known to be invalid, undefined if memory does not know
   */
  recall(key: string): Principal | null | undefined;
  /** True if there is, or recently was, a key with this id. Lookups of such keys can't be caused with invented ids. */
  isKnown(key: string): boolean;
  /** The holder of a key, from the database; null if the key is invalid. Concurrent calls with the same id share one lookup. */
  lookUp(key: string): Promise<Principal | null>;
  /** The holder of a key at the last lookup, however long ago; null: it was invalid, or was never looked up. */
  lastKnown(key: string): Principal | null;
  /** Remembers keys that are in the database now. */
  learn(keys: readonly StoredKey[]): void;
  /** Discards what is remembered of a key that was created or revoked, here or by another replica. */
  forget(id: string): void;
}

export interface AuthenticatorOptions {
  /** The unrevoked key with this id. */
  find(id: string): Promise<StoredKey | undefined>;
  /** ADMIN_API_KEY. */
  readonly adminKey: string | undefined;
  /** Milliseconds of a monotonic clock. */
  now?(): number;
}

/** For so long a replica that missed the notification does not know of a revocation. */
const REMEMBERED_MS = 5_000;
/** For existing keys, and as many invented ids in a memory of their own, so that they can't displace keys. */
export const REMEMBERED_KEYS = 10_000;

interface Remembered {
  /** Undefined: it was created or revoked, and has not been looked up since. */
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
  /** Ids without a key, and until when they are remembered. */
  const unknown = new Map<string, number>();
  /** Lookups under way, by id. */
  const lookups = new Map<string, Promise<StoredKey | undefined>>();

  function remember(id: string, key: StoredKey | undefined): void {
    const until = now() + REMEMBERED_MS;
    known.delete(id);
    if (key === undefined) keep(unknown, id, until);
    else keep(known, id, { key, until });
  }

  async function queryKey(id: string): Promise<StoredKey | undefined> {
    const found = find(id);
    lookups.set(id, found);
    try {
      const key = await found;
      // A revocation during the lookup may not be in its answer.
      if (lookups.get(id) === found) remember(id, key);
      return key;
    } finally {
      if (lookups.get(id) === found) lookups.delete(id);
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
      return holder(await (lookups.get(id) ?? queryKey(id)), hashKey(key));
    },

    lastKnown(key) {
      const id = idOf(key);
      return id === undefined ? null : holder(known.get(id)?.key, hashKey(key));
    },

    learn(keys) {
      for (const key of keys) remember(key.id, key);
    },

    forget(id) {
      lookups.delete(id);
      unknown.delete(id);
      keep(known, id, { key: undefined, until: 0 });
    },
  };
}

/** Stores a value as the newest; if there are too many, the oldest is removed. */
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
