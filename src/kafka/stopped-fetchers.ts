import Runner from 'kafkajs/src/consumer/runner.js';

/**
 * kafkajs replaces a consumer's fetchers when brokers are added or removed. If the consumer is stopped meanwhile, the new
 * fetchers start after the old ones were stopped, and are never stopped themselves. Each of them fetches nothing in an
 * endless loop without pause, which blocks the process: no timer, signal or request is served. With this change a fetcher
 * of a stopped consumer fails, so that kafkajs ends it. kafkajs has no option for this, so its internals are changed and
 * its version is pinned.
 */
export function endStoppedFetchers(): void {
  const fetch = Runner.prototype.fetch;
  Runner.prototype.fetch = async function (nodeId) {
    if (!this.running) throw new Error('the consumer was stopped');
    return await fetch.call(this, nodeId);
  };
}
