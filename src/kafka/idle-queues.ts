import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * Each connection of kafkajs looks every millisecond for requests that it held back, for ever, also when there are none:
 * that wakes the process a thousand times a second, and since Node 24 warns of negative times. Here it looks while some
 * wait; one that is held back later starts it again. kafkajs has no option for this: what it does inside is altered, so
 * its version is pinned.
 */
export function letIdleQueuesRest(): void {
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
}
