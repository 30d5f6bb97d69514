import type { CacheObserver } from '../cache/observer.js';
import type { DeliveryObserver } from '../delivery/observer.js';
import type { HttpObserver } from '../http/dependencies.js';

/** Those who watch the service: its metrics, and traces if they are asked for. */
export interface Observers {
  readonly cacheObserver: CacheObserver;
  readonly deliveryObserver: DeliveryObserver;
  readonly httpObserver: HttpObserver;
}

/** Tells both of everything; without a second one nothing is in between. */
export function observers(first: Observers, second: Observers | undefined): Observers {
  if (second === undefined) return first;
  const both = [first, second];
  return {
    cacheObserver: {
      onCommitted: (commit) => both.forEach(({ cacheObserver }) => void cacheObserver.onCommitted(commit)),
      onFailed: (cache) => both.forEach(({ cacheObserver }) => void cacheObserver.onFailed(cache)),
    },
    deliveryObserver: {
      onDelivered: (delivered) => both.forEach(({ deliveryObserver }) => void deliveryObserver.onDelivered(delivered)),
      onFailed: (way, isLast) => both.forEach(({ deliveryObserver }) => void deliveryObserver.onFailed(way, isLast)),
    },
    httpObserver: {
      onAnswered: (request) => both.forEach(({ httpObserver }) => void httpObserver.onAnswered(request)),
    },
  };
}
