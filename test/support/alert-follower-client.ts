import { expect } from 'vitest';
import type { Alert } from '../../src/client/client.js';
import { alertStream } from '../../src/client/index.js';
import { CACHE_NAMES, type CacheName } from '../../src/domain/cache-name.js';
import { until } from './embedded-harness.js';

/** Subscribers that follow the alerts of all caches from the first one on, through every break. */
export interface AlertFollowers {
  /** Waits until so many of a cache have come; fails unless they are the sequences from 1 on, each once. */
  expectAll(cache: CacheName, count: number): Promise<void>;
  stop(): Promise<void>;
}

export function followAlerts(baseUrl: string, key: string): AlertFollowers {
  const stopping = new AbortController();
  const came = new Map<CacheName, Alert[]>(CACHE_NAMES.map((cache) => [cache, []]));
  const following = CACHE_NAMES.map(async (cache) => {
    const options = { baseUrl, key, cache, lastEventId: 0, signal: stopping.signal };
    for await (const alert of alertStream(options)) came.get(cache)?.push(alert);
  });
  return {
    async expectAll(cache, count) {
      const alerts = came.get(cache) ?? [];
      await until(() => alerts.length >= count, 40);
      expect(alerts.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      expect(new Set(alerts.map(({ id }) => id)).size).toBe(count);
    },
    async stop() {
      stopping.abort();
      await Promise.all(following);
    },
  };
}
