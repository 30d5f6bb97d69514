import { expect } from 'vitest';
import { checkConsistency } from '../../src/cache/history/consistency-check.js';
import { CACHE_NAMES } from '../../src/domain/cache-name.js';
import { query } from './embedded-harness.js';
import { anyOf, type Posted, post } from './load.js';

/** Fails unless each cache is what its commands make it, all of which are kept. */
export async function expectCleanAudits(databaseUrl: string): Promise<void> {
  for (const cache of CACHE_NAMES) {
    expect(await checkConsistency(databaseUrl, cache)).toMatchObject({
      cache,
      differences: [],
      clean: true,
      replayed: true,
    });
  }
}

/**
 * Fails unless every acknowledged observation is stored once, and nothing else is.
 * @param unanswered how many others may be stored: requests that were cut off may have been committed
 */
export async function expectStoredOnce(databaseUrl: string, posted: readonly Posted[], unanswered = 0): Promise<void> {
  const acknowledged = observationsOf(posted).map(({ message }) => message.uuid);
  const { rows } = await query(databaseUrl, 'SELECT uuid FROM observation ORDER BY uuid');
  const stored = rows.map((row): string => row.uuid);
  expect(stored.length).toBe(new Set(stored).size);
  expect(acknowledged.filter((uuid) => !stored.includes(uuid))).toEqual([]);
  if (unanswered === 0) expect(stored).toEqual(acknowledged.toSorted());
  expect(stored.length - acknowledged.length).toBeLessThanOrEqual(unanswered);
}

/** Fails unless messages that are posted once more answer as duplicates, with the alerts of the first time. */
export async function expectDuplicates(url: string, key: string, posted: readonly Posted[], samples: number) {
  const observations = observationsOf(posted);
  // Those that were tried more than once are where a duplicate can hide.
  const retried = observations.filter(({ attempts }) => attempts > 1);
  const sampled = Array.from({ length: Math.min(samples, observations.length) }, () => anyOf(observations));
  for (const sample of [...retried, ...sampled]) {
    if (sample === undefined) continue;
    const again = await post(`${url}${sample.path}`, sample.message, key);
    expect(again).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(again.body.alerts).toEqual(sample.answer.body.alerts);
  }
}

/** Observations that were accepted, now or at an attempt whose answer was lost. */
export function observationsOf(posted: readonly Posted[]): readonly Posted[] {
  return posted.filter(({ path, answer }) => path === '/v1/observations' && answer.status < 300);
}
