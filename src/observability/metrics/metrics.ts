import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createAlertLatency } from './alert-latency.js';
import { observeCanary } from './canary-metrics.js';
import { type DeliveryMetricsOptions, observeDeliveries } from './delivery-metrics.js';
import { type FigureSources, registerGauges } from './gauges.js';
import { observeRequests } from './http-metrics.js';
import { observeMessages } from './message-metrics.js';
import { createReading } from './reading.js';

export interface MetricsOptions {
  readonly version: string;
  /** CANARY_INTERVAL in seconds; 0: there is no canary. */
  readonly canaryInterval: number;
  readonly receipts: DeliveryMetricsOptions['receipts'];
  readonly log: DeliveryMetricsOptions['log'];
}

/** What the service counts, and what Prometheus gets of it. */
export function createMetrics({ version, canaryInterval, receipts, log }: MetricsOptions) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'snews_build_info',
    help: 'Which release runs, on which Node.js; always 1.',
    labelNames: ['version', 'node'] as const,
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  const latency = createAlertLatency(registry);
  const deliveries = observeDeliveries({ registry, latency, receipts, log });
  const settle = createReading('alert latency', deliveries.settle, log);

  return {
    cacheObserver: observeMessages(registry, latency),
    deliveryObserver: deliveries.observer,
    httpObserver: observeRequests(registry),
    canaryObserver: observeCanary(registry, canaryInterval),
    /** Adds the figures that are read when somebody looks. */
    watch: (sources: FigureSources) => registerGauges(registry, sources, log),
    contentType: registry.contentType,
    /** All metrics as Prometheus reads them; what the database doesn't tell within 2 s is left out. Never rejects. */
    async text(): Promise<string> {
      await settle();
      return registry.metrics();
    },
    stop: deliveries.stop,
  };
}
