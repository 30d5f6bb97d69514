import type { CacheObserver } from '../cache/observer.js';
import type { DeliveryObserver } from '../delivery/observer.js';
import type { HttpObserver } from '../http/dependencies.js';

/** The observers of one kind of observability: metrics or traces. */
export interface Observers {
  readonly cacheObserver: CacheObserver;
  readonly deliveryObserver: DeliveryObserver;
  readonly httpObserver: HttpObserver;
}

/** @returns observers that call both given ones; the first one itself if there is no second */
export function combineObservers(first: Observers, second: Observers | undefined): Observers {
  if (second === undefined) return first;
  const both = [first, second];
  return {
    cacheObserver: {
      onCommitted: (commit) => both.forEach(({ cacheObserver }) => void cacheObserver.onCommitted(commit)),
      onFailed: (cache) => both.forEach(({ cacheObserver }) => void cacheObserver.onFailed(cache)),
    },
    deliveryObserver: {
      onDelivered: (delivered) => both.forEach(({ deliveryObserver }) => void deliveryObserver.onDelivered(delivered)),
      onFailed: (output, isLast) =>
        both.forEach(({ deliveryObserver }) => void deliveryObserver.onFailed(output, isLast)),
    },
    httpObserver: {
      onAnswered: (request) => both.forEach(({ httpObserver }) => void httpObserver.onAnswered(request)),
    },
  };
}
