import { setTimeout as delay } from 'node:timers/promises';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { CommittedAlert } from '../../cache/contract.js';
import type { CacheName } from '../../domain/cache-name.js';
import { hopHeaders } from '../../kafka/hop-headers.js';
import { clusterId } from '../../kafka/log-bounds.js';
import { type DeliveryObserver, UNOBSERVED } from '../observer.js';
import { HandedAlerts } from './handed-alerts.js';
import type { Publication, Publications } from './publications.js';
import { ALERT_PARTITION, publishedIds } from './published-ids.js';

export interface AlertPublisherOptions {
  readonly kafka: Kafka;
  readonly cache: CacheName;
  readonly topic: string;
  /** The same for all replicas, so that a new producer fences off the one before. */
  readonly transactionalId: string;
  /** The consumer group in which it reads the alerts that are on the topic already. */
  readonly reconcileGroup: string;
  /** The server's user on the broker. */
  readonly sender: string;
  readonly publications: Publications;
  /** By default none. */
  readonly observer?: DeliveryObserver;
  readonly log: Log;
}

interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Alerts in a transaction, and their bytes: they are one request to the broker, which takes 1 MB. */
const PAGE = 500;
const MOST_BYTES = 500_000;
/** How often to look for alerts without being woken. */
const POLL_MILLISECONDS = 1_000;
const RETRY = { first: 200, most: 5_000 };
/** A transaction whose producer died blocks its topic's readers for this long. */
const TRANSACTION_MILLISECONDS = 10_000;

/**
 * Publishes a cache's alerts, each once, in the order of their sequence, to one partition. An alert that can't be sent
 * blocks those after it, and is tried again without a limit.
 */
export function createAlertPublisher(options: AlertPublisherOptions) {
  const { kafka, cache, topic, sender, publications, observer = UNOBSERVED, log } = options;
  let wakeUp: () => void = () => undefined;
  let isWoken = false;
  let isDelivering = true;
  /** False again as soon as another replica publishes, which reports its own state. */
  let isLeading = false;
  const handed = new HandedAlerts();

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

  /**
   * The ids on the topic after the last confirmed one. The replica that published before may have sent them last, or the
   * database was restored to an earlier time and will have these alerts again.
   */
  async function unconfirmed(cluster: string, { place }: Publication): Promise<Set<string>> {
    const isHere = place?.cluster === cluster && place.topic === topic;
    return await publishedIds(kafka, topic, {
      groupId: options.reconcileGroup,
      from: isHere ? place.position : null,
    });
  }

  async function publish(producer: Producer, cluster: string, alerts: readonly CommittedAlert[]): Promise<void> {
    const startedAt = Date.now();
    const transaction = await producer.transaction();
    try {
      const [sent] = await transaction.send({
        topic,
        acks: -1,
        messages: alerts.map((alert) => ({
          partition: ALERT_PARTITION,
          value: alert.payload,
          // Without `_test` in the test cache too: hop-client would hide it from `snews_pt subscribe --test`.
          headers: hopHeaders({ id: alert.id, sender, isTest: false }),
        })),
      });
      await transaction.commit();
      observer.onDelivered({ way: 'kafka', alerts: alerts.map(({ id }) => id), startedAt, deliveredAt: Date.now() });
      const last = alerts.at(-1) as CommittedAlert;
      const position = BigInt(sent?.baseOffset ?? -1) + BigInt(alerts.length);
      await publications.confirm(cache, { sequence: last.sequence, place: { cluster, topic, position } });
    } catch (error) {
      if (transaction.isActive()) {
        await transaction.abort().catch((failed) => log.debug({ err: failed, cache }, 'kafka:transaction-not-aborted'));
      }
      throw error;
    }
  }

  /** Fences, reads what is on the topic, and publishes the rest, until the signal aborts or something fails. */
  async function serve(producer: Producer, signal: AbortSignal): Promise<void> {
    await producer.connect();
    const cluster = await clusterId(kafka);
    const fence = await producer.transaction();
    await fence.abort();
    const known = await publications.of(cache);
    const ids = await unconfirmed(cluster, known);
    let reached = known.sequence;
    isDelivering = true;
    log.info({ cache, topic, sequence: reached }, 'kafka:publishing');
    while (!signal.aborted) {
      // A later wake-up may be for alerts that are not found now.
      isWoken = false;
      const fresh = handed.after(reached, PAGE);
      const alerts = fresh.length > 0 ? fresh : await publications.after(cache, reached, PAGE);
      if (alerts.length === 0) {
        await untilWoken(signal);
        continue;
      }
      const isThere = ({ id }: CommittedAlert) => ids.has(id.replaceAll('-', ''));
      const there = firstWhile(alerts, isThere);
      if (there.length > 0) {
        const to = (there.at(-1) as CommittedAlert).sequence;
        await publications.found(cache, to);
        log.info({ cache, from: reached, to }, 'kafka:alerts-found-published');
        reached = to;
        continue;
      }
      const portion = firstPortion(firstWhile(alerts, (alert) => !isThere(alert)));
      await publish(producer, cluster, portion);
      reached = (portion.at(-1) as CommittedAlert).sequence;
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
        const producer = kafka.producer({
          createPartitioner: Partitioners.DefaultPartitioner,
          transactionalId: options.transactionalId,
          idempotent: true,
          maxInFlightRequests: 1,
          transactionTimeout: TRANSACTION_MILLISECONDS,
          // After a transaction the broker rejects the next one for a few milliseconds.
          retry: { initialRetryTime: 3, retries: 8, maxRetryTime: 1_000 },
        });
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

/** As many as one request to the broker may hold, at least one. */
function firstPortion(alerts: readonly CommittedAlert[]): readonly CommittedAlert[] {
  let bytes = 0;
  return firstWhile(alerts, ({ payload }, i) => {
    bytes += Buffer.byteLength(payload);
    return i === 0 || bytes <= MOST_BYTES;
  });
}

/** Those before the first one for which it is not true. */
function firstWhile(alerts: readonly CommittedAlert[], isTrue: (alert: CommittedAlert, i: number) => boolean) {
  const end = alerts.findIndex((alert, i) => !isTrue(alert, i));
  return end < 0 ? alerts : alerts.slice(0, end);
}
