import { setTimeout as pause } from 'node:timers/promises';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { Log } from '../../domain/log.js';
import type { CacheService } from '../contract.js';

/**
 * How long a start expires a backlog before the inputs open. The rest expires between batches. Commands are judged as if
 * it had expired, so that no observation has to wait.
 */
const START_MILLISECONDS = 2_000;
/** The shortest pause between two portions, in which other commands get the cache. */
const LEAST_REST_MILLISECONDS = 5;

/** Expires a backlog before the inputs open. @returns true if all observations that were due have expired */
export async function expireBeforeStart(service: Pick<CacheService, 'expire'>, log: Log): Promise<boolean> {
  const until = Date.now() + START_MILLISECONDS;
  for (const cache of CACHE_NAMES) {
    while (await service.expire(cache)) {
      if (Date.now() < until) continue;
      log.info({ cache }, 'expiry:backlog-left');
      return false;
    }
  }
  return true;
}

/**
 * Expires the observations of a cache that are due, portion by portion. After each portion, other commands have the cache
 * for as long as the portion took.
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
