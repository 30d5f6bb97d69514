import { setTimeout as delay } from 'node:timers/promises';
import type { Stretch } from '../../cache/commit/stretch.js';
import { createAlertPublisher } from '../../delivery/kafka/alert-publisher.js';
import { createPublications } from '../../delivery/kafka/publications.js';
import { ALERT_PARTITION } from '../../delivery/kafka/published-ids.js';
import { createStreamStarts } from '../../intake/kafka/positions.js';
import { startStreamReader } from '../../intake/kafka/reader.js';
import { createPasswordGuard } from '../../intake/kafka/remote-commands.js';
import { createKafka, Partitioners } from '../../kafka/client.js';
import { hopHeaders } from '../../kafka/hop-headers.js';
import { clusterId, logBounds, makeMissingTopics } from '../../kafka/log-bounds.js';
import type { KafkaSettings } from '../../kafka/settings.js';
import type { Path, PathLog } from './path.js';
import type { CanaryPlace } from './place.js';

const LOOK_MILLISECONDS = 20;
const nothing = () => undefined;

export interface KafkaPathOptions {
  readonly settings: KafkaSettings;
  readonly sender: string;
  readonly place: CanaryPlace;
  /** The broker has acknowledged an alert. */
  onAlert(): void;
  readonly log: PathLog;
}

/**
 * Over the broker: observations into the canary's topic, through a reader like that of the observation topics into the
 * canary's own tables, and the alert through a publisher like those of the caches back into the topic.
 * @throws Error if the broker is away, or the topic isn't there and we may not make it
 */
export async function openKafkaPath(options: KafkaPathOptions): Promise<Path> {
  const { settings, sender, place, onAlert, log } = options;
  const { canaryTopic: topic, groupId } = settings;
  const { pool, service } = place;
  const kafka = createKafka(settings, log);
  const prepare = async () => {
    await makeMissingTopics(kafka, [topic]).catch((error) => log.warn({ err: error }, 'canary:topic-not-made'));
  };
  await prepare();
  const publications = createPublications(pool);
  await publications.begin();
  const end = (await logBounds(kafka, topic)).find(({ partition }) => partition === ALERT_PARTITION);
  if (end === undefined) throw new Error(`the topic ${topic} has no partition ${ALERT_PARTITION}`);
  // What was published before this is not of these tables.
  const position = end.high;
  await publications.confirm('test', { sequence: 0, place: { cluster: await clusterId(kafka), topic, position } });

  const over = new AbortController();
  const publisher = createAlertPublisher({
    kafka,
    cache: 'test',
    topic,
    transactionalId: `${groupId}-canary`,
    reconcileGroup: `${groupId}-canary-reconcile`,
    sender,
    publications,
    observer: { onDelivered: onAlert, onFailed: () => undefined },
    log,
  });
  const publishing = publisher.lead(over.signal);
  service.onAlerts((_cache, alerts) => publisher.wake(alerts));

  /** Observations that were sent and not taken yet. */
  const sent = new Set<string>();
  const reader = startStreamReader({
    kafka,
    groupId: `${groupId}-canary`,
    topics: { observations: topic },
    prepare,
    starts: createStreamStarts(pool, 'latest', log),
    cacheService: {
      take: (stretch) => service.take(onlyOurs(stretch, sent)),
      probe: (stretch) => service.probe(onlyOurs(stretch, sent)),
    },
    guard: createPasswordGuard(undefined, log),
    remote: { echo: nothing, displayHeartbeats: nothing, giveFeedback: nothing, changeBrokers: nothing },
    allowedBrokers: [],
    commandMaxAge: 0,
    log,
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });

  return {
    async ready() {
      while (!reader.isReading() && !over.signal.aborted) await delay(LOOK_MILLISECONDS);
      await producer.connect();
    },
    async send(observations) {
      sent.clear();
      for (const observation of observations) {
        sent.add(observation.uuid);
        const headers = hopHeaders({ id: observation.uuid, sender, isTest: true });
        await producer.send({ topic, messages: [{ value: JSON.stringify(observation), headers }] });
      }
    },
    async close() {
      over.abort();
      await reader.stop();
      await Promise.all([publishing, producer.disconnect()]);
    },
  };
}

/** Of whatever stands in the topic, only the observations that were sent from here take effect. */
function onlyOurs(stretch: Stretch, sent: Set<string>): Stretch {
  const items = stretch.items.map((item) => {
    const isOurs = 'command' in item && item.command.kind === 'observe' && sent.has(item.command.uuid);
    return isOurs && item.command.cache === 'test' ? item : { letter: item.letter, done: true as const };
  });
  return { ...stretch, lane: items.some((item) => 'command' in item) ? 'test' : 'archive', items };
}
