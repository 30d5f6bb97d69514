import { alertStream } from '../../src/client/index.js';
import { CACHE_NAMES, type CacheName } from '../../src/domain/cache-name.js';

/** Subscribers of a replica's event stream, of every cache, from the first alert on and through every break. */
export interface Followers {
  /** The sequences that came, in the order in which they came. */
  sequences(cache: CacheName): readonly number[];
  stop(): Promise<void>;
}

export function follow(baseUrl: string, key: string): Followers {
  const stopping = new AbortController();
  const came = new Map<CacheName, number[]>(CACHE_NAMES.map((cache) => [cache, []]));
  const following = CACHE_NAMES.map(async (cache) => {
    const options = { baseUrl, key, cache, lastEventId: 0, signal: stopping.signal, maxSilenceMs: 20_000 };
    for await (const { sequence } of alertStream(options)) came.get(cache)?.push(sequence);
  });
  return {
    sequences: (cache) => came.get(cache) ?? [],
    async stop() {
      stopping.abort();
      await Promise.all(following);
    },
  };
}
