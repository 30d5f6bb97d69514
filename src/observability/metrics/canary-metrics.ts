import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Through Kafka and back it takes tens of milliseconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** @param interval CANARY_INTERVAL in seconds; 0: there is no canary */
export function observeCanary(registry: Registry, interval: number) {
  const registers = [registry];
  new Gauge({
    name: 'snews_canary_interval_seconds',
    help: 'How often a test coincidence is sent through the whole path; 0: never.',
    registers,
  }).set(interval);
  const latency = new Histogram({
    name: 'snews_canary_latency_seconds',
    help: 'From sending the test coincidence until its alert was delivered, in the replica that leads.',
    buckets: SECONDS,
    registers,
  });
  const runs = new Counter({
    name: 'snews_canary_runs_total',
    help: 'Test coincidences by this replica: alerted or failed.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'snews_canary_last_success_timestamp_seconds',
    help: 'When the last test coincidence of this replica was alerted, POSIX; 0: never. Take the newest of all replicas.',
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
