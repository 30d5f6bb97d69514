import { setTimeout as pause } from 'node:timers/promises';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { CacheService } from '../contract.js';

interface Log {
  info(details: object, message: string): void;
}

/**
 * How long a start takes out what is due before anything comes in. What is left then goes between the batches: commands
 * are judged as if it had gone, so nobody who reports a neutrino has to wait for it.
 */
const START_MILLISECONDS = 2_000;
/** What reports come in must get the cache in between. */
const LEAST_REST_MILLISECONDS = 5;

/** Before the inputs open. True if all went that was due. */
export async function expireBeforeStart(service: Pick<CacheService, 'expire'>, log: Log): Promise<boolean> {
  const until = Date.now() + START_MILLISECONDS;
  for (const cache of CACHE_NAMES) {
    while (await service.expire(cache)) {
      if (Date.now() < until) continue;
      log.info({ cache }, 'expiry:goes-on-in-portions');
      return false;
    }
  }
  return true;
}

/**
 * Takes out what is due in a cache, portion by portion. Between two of them others have the cache for as long as the
 * portion took.
 */
export async function expireInPortions(
  service: Pick<CacheService, 'expire'>,
  cache: CacheName,
  isStopped: () => boolean,
  log: Log,
): Promise<void> {
  const began = performance.now();
  let portions = 0;
  for (let hasMore = true; hasMore && !isStopped(); portions++) {
    const portionBegan = performance.now();
    hasMore = await service.expire(cache);
    if (hasMore) await pause(Math.max(LEAST_REST_MILLISECONDS, performance.now() - portionBegan));
  }
  if (portions > 1) {
    const seconds = Math.round(performance.now() - began) / 1000;
    log.info({ cache, portions, seconds }, 'expiry:backlog');
  }
}
