import { campaign } from '../database/leadership.js';
import { createAlertPublisher } from '../delivery/kafka/alert-publisher.js';
import { watchOverdue } from '../delivery/kafka/overdue.js';
import { createPublications } from '../delivery/kafka/publications.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';
import type { Kafka } from '../kafka/client.js';
import type { Topics } from '../kafka/settings.js';
import type { ClusterOptions } from './cluster-options.js';

/**
 * Publishes each cache's alerts to its topic. One of the replicas leads and publishes for all caches.
 * @param sender the name under which the server publishes
 * @throws DatabaseAway
 */
export async function startPublishing(
  kafka: Kafka,
  sender: string,
  { settings, databaseUrl, pool, observer, log }: ClusterOptions,
) {
  const publications = createPublications(pool);
  // Alerts that are committed after this are published even if the broker cannot be reached for a long time.
  await publications.begin();

  const publishers = new Map(
    CACHE_NAMES.map((cache) => [
      cache,
      createAlertPublisher({
        kafka,
        cache,
        topic: alertTopic(settings.topics, cache),
        transactionalId: `${settings.groupId}-alerts-${cache}`,
        reconcileGroup: `${settings.groupId}-reconcile-${cache}`,
        sender,
        publications,
        observer,
        log,
      }),
    ]),
  );
  const lead = async (signal: AbortSignal) => {
    await Promise.all([...publishers.values()].map((publisher) => publisher.lead(signal)));
  };
  const leadership = campaign(databaseUrl, 'alerts to Kafka', lead, log);
  const overdue = watchOverdue(publications.pending, log);

  return {
    publisher: (cache: CacheName) => publishers.get(cache),
    pending: publications.pending,
    /** What keeps alerts from being published, in words. */
    problems(): string[] {
      const failing = [...publishers].filter(([, publisher]) => !publisher.isDelivering());
      return [
        ...failing.map(([cache]) => `alerts of the ${cache} cache cannot be sent`),
        ...(overdue.isOverdue() ? ['alerts are pending and no replica sends them'] : []),
      ];
    },
    async stop(): Promise<void> {
      overdue.stop();
      await leadership.stop();
    },
  };
}

/** Alerts of the test cache go to the topic for connection tests. */
function alertTopic(topics: Topics, cache: CacheName): string {
  return { live: topics.alerts, firedrill: topics.firedrillAlerts, test: topics.connectionTests }[cache];
}
