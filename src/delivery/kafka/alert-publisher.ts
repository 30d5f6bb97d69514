import { setTimeout as delay } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import type { CommittedAlert } from '../../cache/contract.js';
import { clusterId } from '../../kafka/log-bounds.js';
import { type DeliveryObserver, UNOBSERVED } from '../observer.js';
import {
  type AlertTransactionsOptions,
  createAlertTransactions,
  firstPortion,
  firstWhile,
  MOST_ALERTS,
} from './alert-transactions.js';
import { HandedAlerts } from './handed-alerts.js';

export interface AlertPublisherOptions extends Omit<AlertTransactionsOptions, 'observer'> {
  /** By default none. */
  readonly observer?: DeliveryObserver;
}

/** How often to look for alerts without being woken. */
const POLL_MILLISECONDS = 1_000;
const RETRY = { first: 200, most: 5_000 };

/**
 * Publishes a cache's alerts, each once, in the order of their sequence, to one partition. An alert that can't be sent
 * blocks those after it, and is tried again without a limit.
 *
 * The states of a publisher, and its transitions:
 *
 * - standby: another replica leads, or none. → connecting, when `lead` is called.
 * - connecting: the producer connects and fences off the one before it. Then the ids on the topic are read that may be
 *   those of pending alerts. → publishing; → failed, if one of these fails.
 * - publishing: pending alerts that are on the topic already are skipped, the others are sent in transactions. → idle,
 *   when there are none; → failed.
 * - idle: → publishing, when it is woken, and each second.
 * - failed: alerts can't be sent (`isDelivering` is false). → connecting, after a wait that grows to 5 s.
 * - publishing, idle, failed → standby, when the signal aborts.
 */
export function createAlertPublisher(options: AlertPublisherOptions) {
  const { kafka, cache, topic, publications, observer = UNOBSERVED, log } = options;
  const transactions = createAlertTransactions({ ...options, observer });
  const handed = new HandedAlerts();
  let wakeUp: () => void = () => undefined;
  let isWoken = false;
  let isDelivering = true;
  /** False again as soon as another replica publishes, which reports its own state. */
  let isLeading = false;

  async function untilWoken(signal: AbortSignal): Promise<void> {
    if (!isWoken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const poll = setTimeout(resolve, POLL_MILLISECONDS);
        wakeUp = () => {
          clearTimeout(poll);
          resolve();
        };
      });
    }
  }

  /** Publishes until the signal aborts or something fails. */
  async function serve(producer: Producer, signal: AbortSignal): Promise<void> {
    await producer.connect();
    const cluster = await clusterId(kafka);
    await transactions.fence(producer);
    const known = await publications.of(cache);
    const ids = await transactions.unconfirmed(cluster, known);
    const isThere = ({ id }: CommittedAlert) => ids.has(id.replaceAll('-', ''));
    let reached = known.sequence;
    isDelivering = true;
    log.info({ cache, topic, sequence: reached }, 'kafka:publishing');
    while (!signal.aborted) {
      // A later wake-up may be for alerts that are not found now.
      isWoken = false;
      const fresh = handed.after(reached, MOST_ALERTS);
      const alerts = fresh.length > 0 ? fresh : await publications.after(cache, reached, MOST_ALERTS);
      const there = firstWhile(alerts, isThere);
      if (alerts.length === 0) {
        await untilWoken(signal);
      } else if (there.length > 0) {
        const to = (there.at(-1) as CommittedAlert).sequence;
        await publications.found(cache, to);
        log.info({ cache, from: reached, to }, 'kafka:alerts-found-published');
        reached = to;
      } else {
        const portion = firstPortion(firstWhile(alerts, (alert) => !isThere(alert)));
        await transactions.publish(producer, cluster, portion);
        reached = (portion.at(-1) as CommittedAlert).sequence;
      }
    }
  }

  return {
    /** There may be alerts, among them those given. */
    wake(alerts: readonly CommittedAlert[] = []): void {
      handed.take(alerts);
      isWoken = true;
      // A notification may arrive before the answer to its commit, which hands over the alerts.
      if (alerts.length > 0) wakeUp();
      else setImmediate(() => wakeUp());
    },
    /** False while alerts can't be sent. */
    isDelivering: () => !isLeading || isDelivering,
    /** Publishes until the signal aborts. */
    async lead(signal: AbortSignal): Promise<void> {
      isLeading = !signal.aborted;
      isDelivering = true;
      const end = () => {
        isLeading = false;
        wakeUp();
      };
      signal.addEventListener('abort', end, { once: true });
      for (let wait = RETRY.first; !signal.aborted; wait = Math.min(wait * 2, RETRY.most)) {
        const producer = transactions.createProducer();
        try {
          await serve(producer, signal);
        } catch (error) {
          isDelivering = false;
          observer.onFailed('kafka', false);
          log.warn({ err: error, cache, wait }, 'kafka:alerts-wait');
          await delay(wait, undefined, { signal }).catch(() => undefined);
        } finally {
          await producer.disconnect().catch((error) => log.debug({ err: error, cache }, 'kafka:producer-not-closed'));
        }
      }
    },
  };
}
