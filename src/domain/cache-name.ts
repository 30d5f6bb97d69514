/** The three caches. Observations of different caches never coincide. */
export const CACHE_NAMES = ['live', 'firedrill', 'test'] as const;
export type CacheName = (typeof CACHE_NAMES)[number];

/**
 * The cache to which a message belongs. `is_test` takes precedence over `is_firedrill`: a test message on the fire-drill
 * topic stays a test, and cannot raise an alert in another cache.
 */
export function cacheOf(flags: { readonly is_test: boolean; readonly is_firedrill: boolean }): CacheName {
  if (flags.is_test) return 'test';
  return flags.is_firedrill ? 'firedrill' : 'live';
}
