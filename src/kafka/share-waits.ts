import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * kafkajs ends a connection once its requests are settled, and each attempt to end it waits for that with a listener of its
 * own. While a broker hangs it attempts that again and again, of which Node warns from the eleventh on. Here all of them
 * wait together. kafkajs has no option for this: what it does inside is altered, so its version is pinned.
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
