import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * Each connection of kafkajs checks every millisecond for requests that it held back, even if there are none. That wakes the
 * process a thousand times a second, and Node 24 warns of negative timeouts. With this change it checks only while requests
 * are held back. kafkajs has no option for this, so its internals are changed and its version is pinned.
 */
export function letIdleQueuesRest(): void {
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
}
