import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { checkConsistency } from '../../../src/cache/history/consistency-check.js';
import type { EngineName } from '../../../src/domain/coincidence/engine.js';
import { type Caches, openCaches } from '../../support/caches.js';
import { bursts, postBursts, SHORT_EXPIRATION } from '../../support/random-commands.js';

let caches: Caches;

afterEach(async () => {
  await caches.close();
});

describe('whatever comes in, at once and to two replicas, the cache is what its commands make it', () => {
  test.each([
    ['complete', 150],
    ['reference', 60],
  ] as const)('with the engine %s, %i random sequences', { timeout: 180_000 }, async (engine: EngineName, numRuns) => {
    caches = await openCaches({ engine, expiration: SHORT_EXPIRATION });
    const services = [caches.service, caches.replica()] as const;
    await fc.assert(
      fc.asyncProperty(bursts, async (all) => {
        await postBursts(services, all);
        const report = await checkConsistency(caches.databaseUrl, 'live');
        expect(report).toMatchObject({ differences: [], clean: true, replayed: true });
      }),
      { numRuns, endOnFailure: true },
    );
    const { rows } = await caches.query('SELECT DISTINCT kind FROM message');
    // All that can befall a cache did.
    const kinds = [
      'CoincidenceTier',
      'Retraction',
      'Mute',
      'Unmute',
      'Reset',
      'UndoReset',
      ...(engine === 'complete' ? ['Expiry'] : []),
    ];
    expect(rows.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
  });
});
