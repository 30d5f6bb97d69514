import { Counter, type Registry } from 'prom-client';
import type { Delivered, DeliveryObserver } from '../../delivery/observer.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { Log } from '../../domain/log.js';
import type { AlertLatency } from './alert-latency.js';

/** Cache and time of receipt of the message that caused an alert. */
export interface MessageReceipt {
  readonly cache: CacheName;
  /** POSIX milliseconds. */
  readonly receivedAt: number;
}

export interface DeliveryMetricsOptions {
  readonly registry: Registry;
  readonly latency: AlertLatency;
  /** Looks up the receipts by the ids of the alerts. */
  receipts(alerts: readonly string[]): Promise<ReadonlyMap<string, MessageReceipt>>;
  readonly log: Log;
}

/** Latencies are looked up for all deliveries of this time together: a delivery does not wait for the database. */
const GATHER_MILLISECONDS = 1_000;
/** Deliveries beyond this number, which wait for the next look-up, are missing from the latency histogram. */
const MOST_GATHERED = 10_000;

/** Counts deliveries and measures their latency. */
export function observeDeliveries({ registry, latency, receipts, log }: DeliveryMetricsOptions) {
  const deliveries = new Counter({
    name: 'snews_deliveries_total',
    help: 'Deliveries of alerts by this replica, by outcome: delivered, postponed (an attempt failed), given up (after 24 h).',
    labelNames: ['sink', 'outcome'] as const,
    registers: [registry],
  });
  let gathered: Delivered[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lookingUp: Promise<void> = Promise.resolve();

  async function lookUp(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const delivered = gathered;
    gathered = [];
    if (delivered.length === 0) return;
    try {
      const found = await receipts([...new Set(delivered.flatMap(({ alerts }) => alerts))]);
      for (const { output, alerts, deliveredAt } of delivered) {
        for (const alert of alerts) {
          const receipt = found.get(alert);
          if (receipt !== undefined) latency.observe(output, receipt.cache, deliveredAt - receipt.receivedAt);
        }
      }
    } catch (error) {
      log.debug({ err: error }, 'metrics:latency-not-looked-up');
    }
  }

  function settle(): Promise<void> {
    lookingUp = lookingUp.then(lookUp);
    return lookingUp;
  }

  const observer: DeliveryObserver = {
    onDelivered(delivered) {
      deliveries.inc({ sink: delivered.output, outcome: 'delivered' }, delivered.alerts.length);
      if (gathered.length < MOST_GATHERED) gathered.push(delivered);
      timer ??= setTimeout(settle, GATHER_MILLISECONDS);
    },
    onFailed: (output, isLast) => deliveries.inc({ sink: output, outcome: isLast ? 'given up' : 'postponed' }),
  };
  return {
    observer,
    /** Resolves when the latency of all deliveries so far is in the histogram; if the database is away, they are left out. */
    settle,
    stop: () => clearTimeout(timer),
  };
}
