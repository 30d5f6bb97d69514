import Runner from 'kafkajs/src/consumer/runner.js';

/**
 * A consumer of kafkajs that is stopped while it renews its fetchers, as it does when a broker comes or goes, starts the
 * new ones after the old ones were stopped. Nobody stops these; each gets nothing at once, asks again at once, and the
 * process does nothing else any more: no timer, no signal, no request. Here a fetcher of a stopped consumer fails
 * instead, by which kafkajs ends it. kafkajs has no option for this: what it does inside is altered, so its version is
 * pinned.
 */
export function endStoppedFetchers(): void {
  const fetch = Runner.prototype.fetch;
  Runner.prototype.fetch = async function (nodeId) {
    if (!this.running) throw new Error('the consumer was stopped');
    return await fetch.call(this, nodeId);
  };
}
