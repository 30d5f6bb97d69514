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
  /** CANARY_INTERVAL in seconds; 0 if there is no canary. */
  readonly canaryInterval: number;
  readonly receipts: DeliveryMetricsOptions['receipts'];
  readonly log: DeliveryMetricsOptions['log'];
}

/** Creates the service's metrics in the format of Prometheus, and the observers that update them. */
export function createMetrics({ version, canaryInterval, receipts, log }: MetricsOptions) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'snews_build_info',
    help: 'Version of the service and of Node.js as labels; the value is always 1.',
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
    /** Adds the metrics whose values are read at each scrape. */
    addFigures: (sources: FigureSources) => registerGauges(registry, sources, log),
    contentType: registry.contentType,
    /** All metrics as text; values that cannot be read within 2 s are left out. Never rejects. */
    async text(): Promise<string> {
      await settle();
      return registry.metrics();
    },
    stop: deliveries.stop,
  };
}
