import { Histogram, type Registry } from 'prom-client';
import type { CacheName } from '../../domain/cache-name.js';

/** How long alerts took, from the receipt of the message that caused them. */
export interface AlertLatency {
  /** @param stage `committed`, or the way out that it was delivered on */
  observe(stage: string, cache: CacheName, milliseconds: number): void;
}

/** Commits take milliseconds; mail that had to be tried again takes hours. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

export function createAlertLatency(registry: Registry): AlertLatency {
  const histogram = new Histogram({
    name: 'snews_alert_latency_seconds',
    help: 'From the receipt of the message that caused an alert until the alert was committed, or delivered: sse (handed to the streams of this replica), kafka, email, slack, gcn.',
    labelNames: ['cache', 'stage'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    // A sender's clock, of Kafka records, may be ahead.
    observe: (stage, cache, milliseconds) => histogram.observe({ cache, stage }, Math.max(0, milliseconds) / 1_000),
  };
}
