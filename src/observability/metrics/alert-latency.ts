import { Histogram, type Registry } from 'prom-client';
import type { CacheName } from '../../domain/cache-name.js';

/** Measures the time from the receipt of a message until the alert that it causes is committed or delivered. */
export interface AlertLatency {
  /** @param stage `committed`, or the output that delivered the alert */
  observe(stage: string, cache: CacheName, milliseconds: number): void;
}

/** Upper bounds of the buckets: commits take milliseconds, e-mail that is retried takes hours. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

export function createAlertLatency(registry: Registry): AlertLatency {
  const histogram = new Histogram({
    name: 'snews_alert_latency_seconds',
    help: 'Time from the receipt of the message that caused an alert until the alert was committed, or delivered to: sse (streams of this replica), kafka, email, slack, gcn.',
    labelNames: ['cache', 'stage'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    // The receipt of a Kafka record is the time of its producer's clock, which may be fast.
    observe: (stage, cache, milliseconds) => histogram.observe({ cache, stage }, Math.max(0, milliseconds) / 1_000),
  };
}
