import { Counter, Gauge, type Registry } from 'prom-client';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import { DETECTOR_STATUSES, type DetectorStatus } from '../../domain/heartbeats/health.js';
import { SHADOW_DIFFERENCE_KINDS, type ShadowCacheView } from '../../domain/views.js';
import { createReading } from './reading.js';

/** Alerts that wait for a way out, over all replicas. */
export interface Outbox {
  readonly sink: string;
  readonly waiting: number;
  /** Since when the oldest waits, POSIX milliseconds; null: none does. */
  readonly waitingSince: number | null;
  /** Given up. */
  readonly failed: number;
}

export interface CacheSize {
  readonly cache: CacheName;
  readonly activeObservations: number;
  readonly openSubGroups: number;
}

/** How a partition of the observation topics is read. */
export interface PartitionFigures {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
  readonly seconds: number;
  /** Why it has not moved for a while. */
  readonly stalled: string | undefined;
}

/** How far a cache has been compared with the shadow engine, and with what result. */
export type ShadowFigures = Pick<ShadowCacheView, 'cache' | 'compared' | 'lag' | 'differences'>;

/** Where figures come from that nobody counts: they are asked for when somebody looks. */
export interface FigureSources {
  /** True while the database answers. */
  ready(): Promise<boolean>;
  /** What may be degraded here, and whether it is. */
  degraded(): ReadonlyMap<string, boolean>;
  outboxes(): Promise<readonly Outbox[]>;
  lag(): Promise<readonly PartitionFigures[]>;
  detectors(): Promise<readonly { readonly status: DetectorStatus }[]>;
  caches(): Promise<readonly CacheSize[]>;
  /** None where no other engine goes along. */
  shadow(): Promise<readonly ShadowFigures[]>;
  /** Of alert streams. */
  readers(): number;
}

interface Log {
  debug(details: object, message: string): void;
}

/** The gauges that are read when they are looked at; one that can't be read then is left out. */
export function registerGauges(registry: Registry, sources: FigureSources, log: Log): void {
  const registers = [registry];
  const errors = new Counter({
    name: 'snews_metrics_unread_total',
    help: 'Figures that could not be read when somebody looked: these metrics are then left out.',
    labelNames: ['figure'] as const,
    registers,
  });
  /** A gauge's way to its figure; several gauges may share it. */
  function reading<Figure>(figure: string, read: () => Promise<Figure>) {
    const ask = createReading(figure, read, log);
    errors.inc({ figure }, 0);
    return async (show: (value: Figure) => void): Promise<void> => {
      const value = await ask();
      if (value === undefined) errors.inc({ figure });
      else show(value);
    };
  }
  function gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    fill: (gauge: Gauge<Label>) => void | Promise<void>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        this.reset();
        await fill(this);
      },
    });
  }

  const ready = createReading('database', sources.ready, log);
  gauge('snews_database_up', 'Whether the database answers, as /readyz has it: 1 or 0.', [], async (up) => {
    up.set((await ready()) === true ? 1 : 0);
  });
  gauge(
    'snews_degraded',
    'What does not work while the rest does, as /readyz has it: 1 or 0.',
    ['part'],
    (degraded) => {
      for (const [part, isDegraded] of sources.degraded()) degraded.set({ part }, isDegraded ? 1 : 0);
    },
  );
  gauge('snews_alert_stream_readers', 'Readers of the streams of alerts of this replica.', [], (readers) =>
    readers.set(sources.readers()),
  );

  const outboxes = reading('outbox', sources.outboxes);
  gauge('snews_outbox_alerts', 'Alerts that wait for a way out, over all replicas.', ['sink'], (waiting) =>
    outboxes((all) => {
      for (const outbox of all) waiting.set({ sink: outbox.sink }, outbox.waiting);
    }),
  );
  gauge(
    'snews_outbox_oldest_age_seconds',
    'For how long the oldest alert has waited for a way out; 0: none waits.',
    ['sink'],
    (age) =>
      outboxes((all) => {
        for (const { sink, waitingSince } of all) {
          age.set({ sink }, waitingSince === null ? 0 : Math.max(0, Date.now() - waitingSince) / 1_000);
        }
      }),
  );
  gauge(
    'snews_outbox_failed_alerts',
    'Alerts whose delivery was given up and that nobody has sent again.',
    ['sink'],
    (failed) =>
      outboxes((all) => {
        for (const outbox of all) failed.set({ sink: outbox.sink }, outbox.failed);
      }),
  );

  const lag = reading('kafka lag', sources.lag);
  const ofPartitions = (name: string, help: string, figureOf: (partition: PartitionFigures) => number) =>
    gauge(name, help, ['topic', 'partition'], (figure) =>
      lag((all) => {
        for (const one of all) figure.set({ topic: one.topic, partition: String(one.partition) }, figureOf(one));
      }),
    );
  ofPartitions(
    'snews_kafka_lag_records',
    'Records of a partition that have come and not taken effect yet, whichever replica reads it.',
    ({ records }) => records,
  );
  ofPartitions(
    'snews_kafka_lag_seconds',
    'For how long the oldest of them has waited, since this replica looks; 0: none waits.',
    ({ seconds }) => seconds,
  );
  ofPartitions(
    'snews_kafka_partition_stalled',
    'Whether records of a partition wait and its position has not moved for 30 s: 1 or 0.',
    ({ stalled }) => (stalled === undefined ? 0 : 1),
  );

  const detectors = reading('detectors', sources.detectors);
  gauge('snews_detectors', 'Detectors by status, as GET /v1/detectors has it.', ['status'], (count) =>
    detectors((all) => {
      for (const status of DETECTOR_STATUSES) {
        count.set({ status }, all.filter((detector) => detector.status === status).length);
      }
    }),
  );

  const caches = reading('caches', sources.caches);
  const sizes = (name: string, help: string, sizeOf: (size: CacheSize) => number) =>
    gauge(name, help, ['cache'], (gauge) =>
      caches((all) => {
        for (const cache of CACHE_NAMES) {
          const size = all.find((one) => one.cache === cache);
          gauge.set({ cache }, size === undefined ? 0 : sizeOf(size));
        }
      }),
    );
  sizes('snews_cache_active_observations', 'Observations that stand in a cache.', (size) => size.activeObservations);
  sizes('snews_cache_open_sub_groups', 'Tables of a cache, those of one row included.', (size) => size.openSubGroups);

  const shadow = reading('shadow', sources.shadow);
  gauge(
    'snews_shadow_compared_commands',
    'Commands of a cache after which the alerts of both engines were compared; none without SHADOW_ENGINE.',
    ['cache'],
    (compared) =>
      shadow((all) => {
        for (const one of all) compared.set({ cache: one.cache }, one.compared);
      }),
  );
  gauge(
    'snews_shadow_differing_commands',
    'Those after which the shadow engine would have alerted otherwise, or failed, by what differs.',
    ['cache', 'kind'],
    (differing) =>
      shadow((all) => {
        for (const { cache, differences } of all) {
          for (const kind of SHADOW_DIFFERENCE_KINDS) differing.set({ cache, kind }, differences[kind]);
        }
      }),
  );
  gauge('snews_shadow_lag_commands', 'Commands that wait to be compared.', ['cache'], (lagging) =>
    shadow((all) => {
      for (const one of all) lagging.set({ cache: one.cache }, one.lag);
    }),
  );
}
