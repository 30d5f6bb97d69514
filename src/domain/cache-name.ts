/** The three streams, which never mix. */
export const CACHE_NAMES = ['live', 'firedrill', 'test'] as const;
export type CacheName = (typeof CACHE_NAMES)[number];

/**
 * Which cache a message belongs to: a test stays a test also when it comes over the fire-drill topic, so nothing
 * marked as one can ever raise an alert elsewhere.
 */
export function cacheOf(flags: { readonly is_test: boolean; readonly is_firedrill: boolean }): CacheName {
  if (flags.is_test) return 'test';
  return flags.is_firedrill ? 'firedrill' : 'live';
}
