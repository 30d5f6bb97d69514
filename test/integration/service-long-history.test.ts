import { afterEach, describe, expect, test } from 'vitest';
import { auditCache } from '../../src/cache/audit.js';
import { switchCaches } from '../../src/cache/switch.js';
import { seconds } from '../../src/domain/time.js';
import { type Caches, openCaches } from '../support/caches.js';
import { type Filling, fillSparsely } from '../support/filled-cache.js';

/** 400,000 with HISTORY=400000: `npm run chaos` looks at that many. */
const MANY = Number(process.env['HISTORY'] ?? 40_000);
/** 400,000 in a minute is what is asked for; a smaller history may take its share, and the time for a busy machine. */
const MOST_MILLISECONDS = 60_000 * Math.max(MANY / 400_000, 1 / 3);

let caches: Caches;

afterEach(async () => {
  await caches.close();
});

describe.each<[string, Omit<Filling, 'count'>]>([
  ['that stand', {}],
  ['of which each expired by a command of its own', { expired: true }],
])(`%s, ${MANY} sparse observations`, (_, filling) => {
  test('are audited, and rebuilt by a switch, in a time that grows with their number alone', async () => {
    caches = await openCaches();
    await fillSparsely(caches, { count: MANY, ...filling });
    const steps: number[] = [];
    const audited = await timed(async () => {
      const report = await auditCache(caches.databaseUrl, 'live', (done, total) => {
        if (done === total) steps.push(total);
      });
      expect(report).toMatchObject({ clean: true, replayed: true, differences: [] });
    });
    expect(steps).toHaveLength(1);
    const switched = await timed(() => switchTo(5));
    expect(await auditCache(caches.databaseUrl, 'live')).toMatchObject({ clean: true, replayed: true });
    expect(audited).toBeLessThan(MOST_MILLISECONDS);
    expect(switched).toBeLessThan(MOST_MILLISECONDS);
    if (process.env['HISTORY'] !== undefined) console.log({ audited, switched });
  });
});

const switchTo = (window: number) =>
  switchCaches(caches.databaseUrl, [
    { kind: 'switch', cache: 'live', engine: 'complete', window: seconds(window), actor: 'tester' },
  ]);

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
