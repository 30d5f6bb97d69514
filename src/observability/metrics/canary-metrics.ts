import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Upper bounds of the buckets: a test coincidence takes tens of milliseconds through Kafka and back. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** @param interval CANARY_INTERVAL in seconds; 0 if there is no canary */
export function observeCanary(registry: Registry, interval: number) {
  const registers = [registry];
  new Gauge({
    name: 'snews_canary_interval_seconds',
    help: 'Time between two test coincidences of the canary; 0: the canary is off.',
    registers,
  }).set(interval);
  const latency = new Histogram({
    name: 'snews_canary_latency_seconds',
    help: 'Time from sending the test coincidence until its alert was delivered, on the replica that runs the canary.',
    buckets: SECONDS,
    registers,
  });
  const runs = new Counter({
    name: 'snews_canary_runs_total',
    help: 'Test coincidences of this replica, by outcome: alerted or failed.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'snews_canary_last_success_timestamp_seconds',
    help: 'POSIX time of the last test coincidence of this replica that raised an alert; 0: none. The maximum over all replicas counts.',
    registers,
  });
  for (const outcome of ['alerted', 'failed']) runs.inc({ outcome }, 0);
  return {
    onAlerted(milliseconds: number): void {
      latency.observe(milliseconds / 1_000);
      runs.inc({ outcome: 'alerted' });
      lastSuccess.set(Date.now() / 1_000);
    },
    onFailed: () => runs.inc({ outcome: 'failed' }),
  };
}
