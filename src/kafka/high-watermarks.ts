import { AsyncLocalStorage } from 'node:async_hooks';
import Cluster from 'kafkajs/src/cluster/index.js';

const READ_UNCOMMITTED = 0;

const asking = new AsyncLocalStorage<true>();

/**
 * kafkajs gives the last stable offset as the end of a log. An open transaction holds it back, so that the records after it
 * would not count as pending. With this change kafkajs gives the high watermark, the end of all stored records, to
 * callers within `highWatermarks`. kafkajs has no option for this, so its internals are changed and its version is pinned.
 */
export function tellHighWatermarks(): void {
  const fetch = Cluster.prototype.fetchTopicsOffset;
  Cluster.prototype.fetchTopicsOffset = function (topics) {
    const cluster = asking.getStore() ? Object.create(this, { isolationLevel: { value: READ_UNCOMMITTED } }) : this;
    return fetch.call(cluster, topics);
  };
}

/** Runs a function in which admin clients of kafkajs give high watermarks as the ends of logs. */
export function highWatermarks<Result>(ask: () => Promise<Result>): Promise<Result> {
  return asking.run(true, ask);
}
