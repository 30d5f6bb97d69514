import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * kafkajs disconnects when all requests are settled, and each attempt to disconnect adds a listener for that. While a broker
 * hangs it attempts that repeatedly, and Node warns of a leak at the eleventh. With this change all attempts share one
 * listener. kafkajs has no option for this, so its internals are changed and its version is pinned.
 */
export function shareWaits(): void {
  const wait = RequestQueue.prototype.waitForPendingRequests;
  const waits = new WeakMap<RequestQueue, Promise<void>>();
  RequestQueue.prototype.waitForPendingRequests = function () {
    const waiting = waits.get(this) ?? wait.call(this).finally(() => waits.delete(this));
    waits.set(this, waiting);
    return waiting;
  };
}
