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
  /** Whose key this is, from the database; null if it is nobody's. */
  lookUp(key: string): Promise<Principal | null>;
  /** Whose key this was when the database last told, however long ago; null: it was nobody's, or nobody asked. */
  lastKnown(key: string): Principal | null;
  /** Forgets what is remembered of a key: it was revoked, here or by another replica. */
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
/** Unknown ids are remembered too; whoever makes them up mustn't fill the memory. */
const REMEMBERED_KEYS = 10_000;

interface Remembered {
  readonly key: StoredKey | undefined;
  readonly until: number;
}

export function createAuthenticator({
  find,
  adminKey,
  now = () => performance.now(),
}: AuthenticatorOptions): Authenticator {
  const adminHash = adminKey === undefined ? undefined : hashKey(adminKey);
  const remembered = new Map<string, Remembered>();
  let forgotten = 0;

  function remember(id: string, key: StoredKey | undefined): void {
    const oldest = remembered.keys().next();
    if (remembered.size >= REMEMBERED_KEYS && !oldest.done) remembered.delete(oldest.value);
    remembered.set(id, { key, until: now() + REMEMBERED_MS });
  }

  return {
    recall(key) {
      const hash = hashKey(key);
      if (adminHash !== undefined && timingSafeEqual(hash, adminHash)) return CONFIGURED;
      const id = idOf(key);
      if (id === undefined) return null;
      const memory = remembered.get(id);
      if (memory === undefined || memory.until <= now()) return undefined;
      return holder(memory.key, hash);
    },

    async lookUp(key) {
      const id = idOf(key);
      if (id === undefined) return null;
      const forgottenBefore = forgotten;
      const found = await find(id);
      // A revocation that came while the answer was under way may not be in the answer.
      if (forgotten === forgottenBefore) remember(id, found);
      return holder(found, hashKey(key));
    },

    lastKnown(key) {
      const id = idOf(key);
      return id === undefined ? null : holder(remembered.get(id)?.key, hashKey(key));
    },

    forget(id) {
      forgotten++;
      remembered.delete(id);
    },
  };
}

const CONFIGURED: Principal = { id: 'configured', role: 'admin', detectors: [] };

function holder(found: StoredKey | undefined, hash: Buffer): Principal | null {
  return found !== undefined && timingSafeEqual(hash, found.hash) ? found : null;
}
