import { createRequire } from 'node:module';
import type pg from 'pg';
import type { Logger } from 'pino';
import { loadOptional } from '../config/optional-package.js';
import { deliveryFigures } from '../delivery/people/delivery-figures.js';
import { combineObservers } from '../observability/fan-out.js';
import type { FigureSources, Outbox } from '../observability/metrics/gauges.js';
import { createMetrics } from '../observability/metrics/metrics.js';
import type { Tracing, TracingOptions } from '../observability/tracing.js';
import type { Reads } from '../reads/reads.js';
import type { SwitchableCluster } from './switchable-cluster.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Sources of figures that exist only when the outputs have started. */
export interface StartedParts extends Pick<FigureSources, 'ready' | 'degraded' | 'readers'> {
  /** The configured sinks; figures of others are left out. */
  readonly sinks: readonly string[];
  /** Undefined if Kafka is not configured. */
  readonly kafka: SwitchableCluster | undefined;
}

/** The part of the configuration that concerns metrics and traces. */
export interface ObservabilitySettings {
  /** Time between two test coincidences of the canary, in seconds; 0 if there is no canary. */
  readonly canaryInterval: number;
  /** Undefined if tracing is not configured. */
  readonly tracing: Pick<TracingOptions, 'endpoint' | 'serviceName'> | undefined;
}

/** Starts the service's metrics, and its traces if they are configured. */
export async function startObservability(
  { canaryInterval, tracing: tracingSettings }: ObservabilitySettings,
  { pool, reads, log }: { readonly pool: pg.Pool; readonly reads: Reads; readonly log: Logger },
) {
  const { detectors, figures, shadow } = reads;
  const metrics = createMetrics({ version, canaryInterval, receipts: figures.alertReceipts, log });
  const tracing = tracingSettings && (await loadTracing({ ...tracingSettings, version, log }));
  return {
    ...combineObservers(metrics, tracing),
    metrics,
    /** Adds the metrics whose values are read at each scrape. */
    addFigures({ sinks, kafka, ...sources }: StartedParts): void {
      metrics.addFigures({
        ...sources,
        outboxes: () => outboxes(pool, sinks, kafka),
        lag: async () => (await kafka?.partitionLags()) ?? [],
        detectors: async () => (await detectors.list({ limit: 1_000 })).items,
        caches: figures.caches,
        shadow: async () => (await shadow.summary()).caches,
      });
    },
    async stop(): Promise<void> {
      metrics.stop();
      await tracing?.stop();
    },
  };
}

/** Loads the OpenTelemetry packages only if tracing is configured. */
async function loadTracing(options: TracingOptions): Promise<Tracing> {
  const load = () => import('../observability/tracing.js');
  const { startTracing } = await loadOptional('OTEL_EXPORTER_OTLP_ENDPOINT', load);
  return startTracing(options);
}

async function outboxes(
  pool: pg.Pool,
  sinks: readonly string[],
  kafka: SwitchableCluster | undefined,
): Promise<Outbox[]> {
  const [figures, unpublished] = await Promise.all([deliveryFigures(pool), kafka?.pending()]);
  return [
    ...figures.filter(({ sink }) => sinks.includes(sink)),
    ...(unpublished === undefined ? [] : [{ sink: 'kafka', ...unpublished, failed: 0 }]),
  ];
}
