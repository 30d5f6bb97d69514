import { Counter, type Registry } from 'prom-client';
import type { Delivered, DeliveryObserver } from '../../delivery/observer.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { AlertLatency } from './alert-latency.js';

/** Of the message that caused an alert. */
export interface MessageReceipt {
  readonly cache: CacheName;
  /** POSIX milliseconds. */
  readonly receivedAt: number;
}

export interface DeliveryMetricsOptions {
  readonly registry: Registry;
  readonly latency: AlertLatency;
  /** Looks up, by alert id, when what caused them was received. */
  receipts(alerts: readonly string[]): Promise<ReadonlyMap<string, MessageReceipt>>;
  readonly log: { debug(details: object, message: string): void };
}

/** Deliveries whose latency is looked up at once, some time after: nothing waits for it. */
const GATHER_MILLISECONDS = 1_000;
/** While the database is away there are no alerts to deliver; what is more than this is not worth the memory. */
const MOST_GATHERED = 10_000;

/** Counts what goes out. */
export function observeDeliveries({ registry, latency, receipts, log }: DeliveryMetricsOptions) {
  const deliveries = new Counter({
    name: 'snews_deliveries_total',
    help: 'Alerts on their ways out by this replica: delivered, failed tries (postponed), given up after 24 h.',
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
      for (const { way, alerts, deliveredAt } of delivered) {
        for (const alert of alerts) {
          const receipt = found.get(alert);
          if (receipt !== undefined) latency.observe(way, receipt.cache, deliveredAt - receipt.receivedAt);
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
      deliveries.inc({ sink: delivered.way, outcome: 'delivered' }, delivered.alerts.length);
      if (gathered.length < MOST_GATHERED) gathered.push(delivered);
      timer ??= setTimeout(settle, GATHER_MILLISECONDS);
    },
    onFailed: (way, isLast) => deliveries.inc({ sink: way, outcome: isLast ? 'given up' : 'postponed' }),
  };
  return {
    observer,
    /** All that was delivered so far is in the histogram, unless the database is away. */
    settle,
    stop: () => clearTimeout(timer),
  };
}
