import { createRequire } from 'node:module';
import type pg from 'pg';
import type { Logger } from 'pino';
import { loadOptional } from '../config/optional-package.js';
import type { PrismaReads } from '../database/prisma.js';
import { deliveryFigures } from '../delivery/people/delivery-figures.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import { observers } from '../observability/fan-out.js';
import type { FigureSources, Outbox } from '../observability/metrics/gauges.js';
import { createMetrics } from '../observability/metrics/metrics.js';
import type { Tracing, TracingOptions } from '../observability/tracing.js';
import { createDetectors } from '../reads/detectors.js';
import { createFigures } from '../reads/figures.js';
import { createShadowReports } from '../shadow/reports.js';
import type { Brokers } from './kafka.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** What is only known once the service is composed. */
export interface Watched extends Pick<FigureSources, 'ready' | 'degraded' | 'readers'> {
  /** The outputs that are configured: of others nobody expects anything. */
  readonly sinks: readonly string[];
  /** Undefined: there is no Kafka. */
  readonly brokers: Brokers | undefined;
}

/** What of the configuration says how the service is watched. */
export interface ObservabilitySettings {
  /** Seconds from one test coincidence of the canary to the next; 0: there are none. */
  readonly canaryInterval: number;
  /** Undefined: no traces. */
  readonly tracing: Pick<TracingOptions, 'endpoint' | 'serviceName'> | undefined;
  /** Undefined: there is no shadow engine. */
  readonly shadowEngine: EngineName | undefined;
}

/** The service's metrics, and its traces if they are asked for. */
export async function startObservability(
  { canaryInterval, tracing: traced, shadowEngine }: ObservabilitySettings,
  { pool, prisma, log }: { readonly pool: pg.Pool; readonly prisma: PrismaReads; readonly log: Logger },
) {
  const figures = createFigures(prisma);
  const shadow = createShadowReports(prisma, shadowEngine);
  const metrics = createMetrics({ version, canaryInterval, receipts: figures.alertReceipts, log });
  const tracing = traced && (await loadTracing({ ...traced, version, log }));
  return {
    ...observers(metrics, tracing),
    metrics,
    /** Adds to the metrics what is read when somebody looks. */
    watch({ sinks, brokers, ...sources }: Watched): void {
      metrics.watch({
        ...sources,
        outboxes: () => outboxes(pool, sinks, brokers),
        lag: async () => (await brokers?.partitionLags()) ?? [],
        detectors: async () => (await createDetectors(prisma).list({ limit: 1_000 })).items,
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

/** Loads the packages for traces, which only services that send traces need. */
async function loadTracing(options: TracingOptions): Promise<Tracing> {
  const load = () => import('../observability/tracing.js');
  const { startTracing } = await loadOptional('OTEL_EXPORTER_OTLP_ENDPOINT', load);
  return startTracing(options);
}

async function outboxes(pool: pg.Pool, sinks: readonly string[], brokers: Brokers | undefined): Promise<Outbox[]> {
  const [figures, kafka] = await Promise.all([deliveryFigures(pool), brokers?.outstanding()]);
  return [
    ...figures.filter(({ sink }) => sinks.includes(sink)),
    ...(kafka === undefined ? [] : [{ sink: 'kafka', ...kafka, failed: 0 }]),
  ];
}
