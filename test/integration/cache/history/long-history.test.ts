import { afterEach, describe, expect, test } from 'vitest';
import { checkConsistency } from '../../../../src/cache/history/consistency-check.js';
import { switchCaches } from '../../../../src/cache/history/switch.js';
import { seconds } from '../../../../src/domain/time.js';
import { type Caches, openCaches } from '../../../support/caches.js';
import { type Filling, fillSparsely } from '../../../support/filled-cache.js';

/** Observations: `npm run chaos` looks at 400,000. */
const MANY = Number(process.env['HISTORY'] ?? 32_000);
const FEW = MANY / 4;
/** Of what four times the observations cost, in time of this process's processor: 16 if it grew with their square. */
const MOST_TIMES = 9;
const MOST_MILLISECONDS = 60_000;

let opened: Caches[] = [];

afterEach(async () => {
  for (const caches of opened) await caches.close();
  opened = [];
});

describe.each<[string, Omit<Filling, 'count'>]>([
  ['that stand', {}],
  ['of which each expired by a command of its own', { expired: true }],
])('sparse observations %s', (_, filling) => {
  test(`are audited, and rebuilt by a switch, in a time that grows with their number alone: ${MANY}`, async () => {
    // The first time the compiler is at work.
    await work({ count: FEW / 4, ...filling });
    const [few, many] = [await work({ count: FEW, ...filling }), await work({ count: MANY, ...filling })];
    expect(many.audit.cpu).toBeLessThan(MOST_TIMES * few.audit.cpu);
    expect(many.change.cpu).toBeLessThan(MOST_TIMES * few.change.cpu);
    if (process.env['HISTORY'] === undefined) return;
    console.log(JSON.stringify({ few, many }));
    expect(many.audit.milliseconds).toBeLessThan(MOST_MILLISECONDS);
    expect(many.change.milliseconds).toBeLessThan(MOST_MILLISECONDS);
  });
});

async function work(filling: Filling) {
  const caches = await openCaches();
  opened.push(caches);
  await fillSparsely(caches, filling);
  let gone: number | undefined;
  const audit = await timed(async () => {
    const report = await checkConsistency(caches.databaseUrl, 'live', (done, total) => {
      gone = done / total;
    });
    expect(report).toMatchObject({ clean: true, replayed: true, differences: [] });
  });
  expect(gone).toBe(1);
  const change = await timed(() =>
    switchCaches(caches.databaseUrl, [
      { kind: 'switch', cache: 'live', engine: 'complete', window: seconds(5), actor: 'tester' },
    ]),
  );
  expect(await checkConsistency(caches.databaseUrl, 'live')).toMatchObject({ clean: true, replayed: true });
  return { audit, change };
}

async function timed(work: () => Promise<void>) {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000, milliseconds: performance.now() - began };
}
