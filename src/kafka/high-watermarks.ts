import { AsyncLocalStorage } from 'node:async_hooks';
import Cluster from 'kafkajs/src/cluster/index.js';

const READ_UNCOMMITTED = 0;

const asking = new AsyncLocalStorage<true>();

/**
 * Asked where a log ends, kafkajs tells the last stable offset: how far readers of committed records get. An open
 * transaction holds that, however much stands behind it, so that nothing seems to wait. Here it tells the high watermark,
 * the end of what is stored, to whoever asks for it by `highWatermarks`. kafkajs has no option for this: what it does
 * inside is altered, so its version is pinned.
 */
export function tellHighWatermarks(): void {
  const fetch = Cluster.prototype.fetchTopicsOffset;
  Cluster.prototype.fetchTopicsOffset = function (topics) {
    const cluster = asking.getStore() ? Object.create(this, { isolationLevel: { value: READ_UNCOMMITTED } }) : this;
    return fetch.call(cluster, topics);
  };
}

/** What an administrator of kafkajs is asked meanwhile about ends is answered by high watermarks. */
export function highWatermarks<Result>(ask: () => Promise<Result>): Promise<Result> {
  return asking.run(true, ask);
}
