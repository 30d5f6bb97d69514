import type { Registry } from 'prom-client';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { DETECTOR_STATUSES, type DetectorStatus } from '../../domain/heartbeats/health.js';
import type { Log } from '../../domain/log.js';
import { SHADOW_DIFFERENCE_KINDS, type ShadowCacheView } from '../../domain/views.js';
import type { CacheFigures } from '../../reads/figures.js';
import { createGaugeSet, type GaugeSet } from './gauge-set.js';
import { createReading } from './reading.js';

/** Pending and failed deliveries of one sink, over all replicas. */
export interface Outbox {
  readonly sink: string;
  /** Number of pending alerts. */
  readonly pending: number;
  /** Since when the oldest alert is pending, in POSIX milliseconds; null if none is. */
  readonly pendingSince: number | null;
  /** Number of alerts whose delivery failed for good. */
  readonly failed: number;
}

/** How far the reading of a partition of the observation topics lags behind. */
export interface PartitionFigures {
  readonly topic: string;
  readonly partition: number;
  /** Records still to be read. */
  readonly records: number;
  /** For how long the oldest of them has waited. */
  readonly seconds: number;
  /** Why the partition has not moved for a while; undefined if it moves. */
  readonly stalled: string | undefined;
}

/** How many commands of a cache were compared with the shadow engine, and the results. */
export type ShadowFigures = Pick<ShadowCacheView, 'cache' | 'compared' | 'lag' | 'differences'>;

/** Sources of the values that are read at each scrape. */
export interface FigureSources {
  /** Resolves with true if the database answers. */
  ready(): Promise<boolean>;
  /** The parts that the service can run without, and whether each is degraded. */
  degraded(): ReadonlyMap<string, boolean>;
  outboxes(): Promise<readonly Outbox[]>;
  lag(): Promise<readonly PartitionFigures[]>;
  detectors(): Promise<readonly { readonly status: DetectorStatus }[]>;
  caches(): Promise<readonly CacheFigures[]>;
  /** Empty if no shadow engine is configured. */
  shadow(): Promise<readonly ShadowFigures[]>;
  /** Number of open alert streams of this replica. */
  readers(): number;
}

/** Registers the gauges whose values are read at each scrape. */
export function registerGauges(registry: Registry, sources: FigureSources, log: Log): void {
  const set = createGaugeSet(registry, log);
  registerServiceGauges(set, sources, createReading('database', sources.ready, log));
  registerOutboxGauges(set, sources);
  registerKafkaGauges(set, sources);
  registerDetectorGauges(set, sources);
  registerCacheGauges(set, sources);
  registerShadowGauges(set, sources);
}

function registerServiceGauges(
  { gauge }: GaugeSet,
  { degraded: parts, readers: countReaders }: FigureSources,
  ready: () => Promise<boolean | undefined>,
): void {
  gauge('snews_database_up', 'Whether the database answers, as in /readyz: 1 or 0.', [], async (up) => {
    up.set((await ready()) === true ? 1 : 0);
  });
  gauge('snews_degraded', 'Whether a part is degraded, as in /readyz: 1 or 0.', ['part'], (degraded) => {
    for (const [part, isDegraded] of parts()) degraded.set({ part }, isDegraded ? 1 : 0);
  });
  gauge('snews_alert_stream_readers', 'Open alert streams of this replica.', [], (readers) =>
    readers.set(countReaders()),
  );
}

function registerOutboxGauges({ gauge, reading }: GaugeSet, sources: FigureSources): void {
  const outboxes = reading('outbox', sources.outboxes);
  gauge('snews_outbox_alerts', 'Alerts that are pending for a sink, over all replicas.', ['sink'], (alerts) =>
    outboxes((all) => {
      for (const { sink, pending } of all) alerts.set({ sink }, pending);
    }),
  );
  gauge(
    'snews_outbox_oldest_age_seconds',
    'For how long the oldest alert has been pending for a sink; 0: none is pending.',
    ['sink'],
    (age) =>
      outboxes((all) => {
        for (const { sink, pendingSince } of all) {
          age.set({ sink }, pendingSince === null ? 0 : Math.max(0, Date.now() - pendingSince) / 1_000);
        }
      }),
  );
  gauge(
    'snews_outbox_failed_alerts',
    'Alerts whose delivery to a sink has failed for good and was not requested again.',
    ['sink'],
    (failed) =>
      outboxes((all) => {
        for (const outbox of all) failed.set({ sink: outbox.sink }, outbox.failed);
      }),
  );
}

function registerKafkaGauges({ gauge, reading }: GaugeSet, sources: FigureSources): void {
  const lag = reading('kafka lag', sources.lag);
  const ofPartitions = (name: string, help: string, figureOf: (partition: PartitionFigures) => number) =>
    gauge(name, help, ['topic', 'partition'], (figure) =>
      lag((all) => {
        for (const one of all) figure.set({ topic: one.topic, partition: String(one.partition) }, figureOf(one));
      }),
    );
  ofPartitions(
    'snews_kafka_lag_records',
    'Records of a partition that have not taken effect yet, over all replicas.',
    ({ records }) => records,
  );
  ofPartitions(
    'snews_kafka_lag_seconds',
    'For how long this replica has seen the oldest of these records wait; 0: none waits.',
    ({ seconds }) => seconds,
  );
  ofPartitions(
    'snews_kafka_partition_stalled',
    'Whether a partition has records to read and its position has not moved for 30 s: 1 or 0.',
    ({ stalled }) => (stalled === undefined ? 0 : 1),
  );
}

function registerDetectorGauges({ gauge, reading }: GaugeSet, sources: FigureSources): void {
  const detectors = reading('detectors', sources.detectors);
  gauge('snews_detectors', 'Number of detectors by status, as in GET /v1/detectors.', ['status'], (count) =>
    detectors((all) => {
      for (const status of DETECTOR_STATUSES) {
        count.set({ status }, all.filter((detector) => detector.status === status).length);
      }
    }),
  );
}

function registerCacheGauges({ gauge, reading }: GaugeSet, sources: FigureSources): void {
  const caches = reading('caches', sources.caches);
  const sizes = (name: string, help: string, sizeOf: (size: CacheFigures) => number) =>
    gauge(name, help, ['cache'], (gauge) =>
      caches((all) => {
        for (const cache of CACHE_NAMES) {
          const size = all.find((one) => one.cache === cache);
          gauge.set({ cache }, size === undefined ? 0 : sizeOf(size));
        }
      }),
    );
  sizes('snews_cache_active_observations', 'Active observations of a cache.', (size) => size.activeObservations);
  sizes(
    'snews_cache_open_sub_groups',
    'Open sub-groups of a cache, including those of one observation.',
    (size) => size.openSubGroups,
  );
}

function registerShadowGauges({ gauge, reading }: GaugeSet, sources: FigureSources): void {
  const shadow = reading('shadow', sources.shadow);
  gauge(
    'snews_shadow_compared_commands',
    'Commands of a cache after which the alerts of both engines were compared; absent without SHADOW_ENGINE.',
    ['cache'],
    (compared) =>
      shadow((all) => {
        for (const one of all) compared.set({ cache: one.cache }, one.compared);
      }),
  );
  gauge(
    'snews_shadow_differing_commands',
    'Commands after which the alerts of the shadow engine differed, or it failed, by kind of difference.',
    ['cache', 'kind'],
    (differing) =>
      shadow((all) => {
        for (const { cache, differences } of all) {
          for (const kind of SHADOW_DIFFERENCE_KINDS) differing.set({ cache, kind }, differences[kind]);
        }
      }),
  );
  gauge('snews_shadow_lag_commands', 'Commands that are still to be compared.', ['cache'], (lagging) =>
    shadow((all) => {
      for (const one of all) lagging.set({ cache: one.cache }, one.lag);
    }),
  );
}
