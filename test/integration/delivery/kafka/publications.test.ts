import { expect, it } from 'vitest';
import { createPublications } from '../../../../src/delivery/kafka/publications.js';
import { at, cachesForEachTest, observation, poolForEachTest } from '../../../support/caches.js';
import { silentLog } from '../../../support/logs.js';

const caches = cachesForEachTest();
const pool = poolForEachTest(caches, silentLog);
const publications = () => createPublications(pool);

/** So many alerts more in the live cache. */
async function alerts(count: number, from: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const second = (from + i) * 100;
    await caches.service.observe(observation('JUNO', at(second)));
    await caches.service.observe(observation('DUNE', at(second + 1)));
  }
}

const PLACE = { cluster: 'c', topic: 't', position: 7n };

it('alerts wait from when they first could be published, and not again from a later start', async () => {
  await alerts(2, 0);
  await publications().begin();
  expect(await publications().of('live')).toEqual({ sequence: 2, place: null });
  expect(await publications().pending()).toEqual({ pending: 0, pendingSince: null });
  const before = Date.now();
  await alerts(3, 2);
  await publications().begin();
  const { pending, pendingSince } = await publications().pending();
  expect(pending).toBe(3);
  expect(pendingSince).toBeGreaterThanOrEqual(before - 1_000);
  const after = await publications().after('live', 2, 2);
  expect(after.map(({ sequence }) => sequence)).toEqual([3, 4]);
  expect(JSON.parse(after[0]?.payload ?? '')).toMatchObject({ sequence: 3 });
});

it('what is known to be published never goes back', async () => {
  await publications().begin();
  await publications().confirm('live', { sequence: 5, place: PLACE });
  expect(await publications().of('live')).toEqual({ sequence: 5, place: PLACE });
  await publications().confirm('live', { sequence: 4, place: { ...PLACE, position: 3n } });
  await publications().found('live', 4);
  expect(await publications().of('live')).toEqual({ sequence: 5, place: PLACE });
});

it('what was found published already is looked for again from the same place', async () => {
  await publications().begin();
  await publications().confirm('live', { sequence: 5, place: PLACE });
  await publications().found('live', 9);
  expect(await publications().of('live')).toEqual({ sequence: 9, place: PLACE });
});
