import { describe, expect, it } from 'vitest';
import { createAuthenticator, type StoredKey } from '../../../src/administration/keys/authenticator.js';
import { hashKey, idOf, makeKey } from '../../../src/administration/keys/key.js';
import { mayWriteFor } from '../../../src/administration/keys/principal.js';

const ADMIN_KEY = 'a'.repeat(32);

/** An authenticator over keys in a map, with a clock to turn; counts what it looks up. */
function setUp() {
  const { id, key, hash } = makeKey();
  const stored = new Map<string, StoredKey>([[id, { id, role: 'reader', detectors: [], hash }]]);
  let now = 0;
  let lookUps = 0;
  const authenticator = createAuthenticator({
    adminKey: ADMIN_KEY,
    now: () => now,
    async find(wanted) {
      lookUps++;
      return stored.get(wanted);
    },
  });
  return {
    id,
    key,
    stored,
    authenticator,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    lookUps: () => lookUps,
  };
}

describe('a key', () => {
  it('has an id, 256 random bits, and a hash that tells neither', () => {
    const { id, key, hash } = makeKey();
    expect(key).toMatch(/^snews_[0-9a-z]{8}_[A-Za-z0-9_-]{43}$/);
    expect([idOf(key), hash.length]).toEqual([id, 32]);
    expect(hashKey(key)).toEqual(hash);
    expect(makeKey().key).not.toBe(key);
  });

  it.each(['', 'snews_', `snews_ABCDEFGH_${'x'.repeat(43)}`, `snews_abcdefgh_${'x'.repeat(42)}`, `${makeKey().key} `])(
    'is not %j',
    (text) => {
      expect(idOf(text)).toBeUndefined();
    },
  );
});

describe('authentication', () => {
  it('knows whose key it was also when it would have to look it up, until the key is revoked', async () => {
    const { id, key, authenticator, wait } = setUp();
    expect(authenticator.lastKnown(key)).toBeNull();
    await authenticator.lookUp(key);
    wait(86_400_000);
    expect(authenticator.recall(key)).toBeUndefined();
    expect(authenticator.lastKnown(key)).toMatchObject({ id, role: 'reader' });
    expect(authenticator.lastKnown(`snews_${id}_${'x'.repeat(43)}`)).toBeNull();
    authenticator.forget(id);
    expect(authenticator.lastKnown(key)).toBeNull();
  });

  it('looks a key up once, then remembers it for 5 s', async () => {
    const { id, key, authenticator, wait, lookUps } = setUp();
    expect(authenticator.recall(key)).toBeUndefined();
    expect(await authenticator.lookUp(key)).toMatchObject({ id, role: 'reader' });
    wait(4_999);
    expect(authenticator.recall(key)).toMatchObject({ id });
    wait(1);
    expect(authenticator.recall(key)).toBeUndefined();
    expect(lookUps()).toBe(1);
  });

  it('takes no other secret for the same id, from memory or not', async () => {
    const { id, key, authenticator } = setUp();
    const forged = `snews_${id}_${'x'.repeat(43)}`;
    expect(await authenticator.lookUp(forged)).toBeNull();
    expect(await authenticator.lookUp(key)).not.toBeNull();
    expect(authenticator.recall(forged)).toBeNull();
  });

  it('remembers that there is no such key, but not without bound', async () => {
    const { authenticator } = setUp();
    const nobody = (n: number) => `snews_${String(n).padStart(8, '0')}_${'x'.repeat(43)}`;
    for (let n = 0; n < 10_001; n++) await authenticator.lookUp(nobody(n));
    expect(authenticator.recall(nobody(10_000))).toBeNull();
    expect(authenticator.recall(nobody(0))).toBeUndefined();
  });

  it('knows a key again among however many that strangers make up, and looks once for all who ask at once', async () => {
    const { id, key, authenticator, lookUps } = setUp();
    expect(authenticator.isKnown(key)).toBe(false);
    await Promise.all(Array.from({ length: 50 }, () => authenticator.lookUp(key)));
    expect(lookUps()).toBe(1);
    for (let n = 0; n < 10_001; n++)
      await authenticator.lookUp(`snews_${String(n).padStart(8, '0')}_${'x'.repeat(43)}`);
    expect(authenticator.recall(key)).toMatchObject({ id });
    expect(authenticator.isKnown(key)).toBe(true);
    const other = setUp();
    other.authenticator.forget(other.id);
    expect(other.authenticator.isKnown(other.key)).toBe(true);
    expect(other.authenticator.isKnown(`snews_00000000_${'x'.repeat(43)}`)).toBe(false);
  });

  it('forgets a revoked key at once, even if a look-up was under way', async () => {
    const { id, key, stored, authenticator } = setUp();
    await authenticator.lookUp(key);
    stored.delete(id);
    authenticator.forget(id);
    expect(authenticator.recall(key)).toBeUndefined();
    expect(await authenticator.lookUp(key)).toBeNull();
    const other = setUp();
    const underWay = other.authenticator.lookUp(other.key);
    other.authenticator.forget(other.id);
    await underWay;
    expect(other.authenticator.recall(other.key)).toBeUndefined();
  });

  it('knows the configured key without looking, and no empty one', () => {
    const { authenticator, lookUps } = setUp();
    expect(authenticator.recall(ADMIN_KEY)).toEqual({ id: 'configured', role: 'admin', detectors: [] });
    expect(authenticator.recall('b'.repeat(32))).toBeNull();
    const without = createAuthenticator({ find: async () => undefined, adminKey: undefined });
    expect(without.recall('')).toBeNull();
    expect(lookUps()).toBe(0);
  });
});

describe('who may write', () => {
  it.each([
    ['admin', [], true],
    ['detector', ['LVD'], true],
    ['detector', ['Super-K'], false],
    ['detector', [], false],
    ['reader', ['LVD'], false],
  ] as const)('for LVD: a %s key of %j: %s', (role, detectors, may) => {
    expect(mayWriteFor({ id: 'x', role, detectors }, 'LVD')).toBe(may);
  });
});
