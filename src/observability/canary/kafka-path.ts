import { setTimeout as delay } from 'node:timers/promises';
import type { Stretch } from '../../cache/commit/stretch.js';
import { createAlertPublisher } from '../../delivery/kafka/alert-publisher.js';
import { createPublications } from '../../delivery/kafka/publications.js';
import { ALERT_PARTITION } from '../../delivery/kafka/published-ids.js';
import { StreamStarts } from '../../intake/kafka/positions.js';
import { startStreamReader } from '../../intake/kafka/reader.js';
import { createPasswordGuard } from '../../intake/kafka/remote-commands.js';
import { createKafka, Partitioners } from '../../kafka/client.js';
import { hopHeaders } from '../../kafka/hop-headers.js';
import { clusterId, logBounds, makeMissingTopics } from '../../kafka/log-bounds.js';
import type { KafkaSettings } from '../../kafka/settings.js';
import type { Path, PathLog } from './path.js';
import type { CanarySandbox } from './sandbox.js';

const POLL_MILLISECONDS = 20;
const ignore = () => undefined;

export interface KafkaPathOptions {
  readonly settings: KafkaSettings;
  readonly sender: string;
  readonly sandbox: CanarySandbox;
  /** Called when the broker has acknowledged an alert. */
  onAlert(): void;
  readonly log: PathLog;
}

/**
 * The path over Kafka. Observations are sent to the canary's topic and read by the same kind of reader as the observation
 * topics; the alert is published to the same topic by the same kind of publisher as the caches' alerts.
 * @throws Error if the broker is away, or the topic does not exist and may not be created
 */
export async function openKafkaPath(options: KafkaPathOptions): Promise<Path> {
  const { settings, sender, sandbox, onAlert, log } = options;
  const { canaryTopic: topic, groupId } = settings;
  const { pool, service } = sandbox;
  const kafka = createKafka(settings, log);
  const prepare = async () => {
    await makeMissingTopics(kafka, [topic]).catch((error) => log.warn({ err: error }, 'canary:topic-not-made'));
  };
  await prepare();
  const publications = createPublications(pool);
  await publications.begin();
  const end = (await logBounds(kafka, topic)).find(({ partition }) => partition === ALERT_PARTITION);
  if (end === undefined) throw new Error(`the topic ${topic} has no partition ${ALERT_PARTITION}`);
  // Alerts that earlier runs published are not in these tables.
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

  /** The uuids of the observations of the current test coincidence. */
  const sent = new Set<string>();
  const reader = startStreamReader({
    kafka,
    groupId: `${groupId}-canary`,
    topics: { observations: topic },
    prepare,
    starts: new StreamStarts(pool, 'latest', log),
    cacheService: {
      take: (stretch) => service.take(onlySent(stretch, sent)),
      probe: (stretch) => service.probe(onlySent(stretch, sent)),
    },
    guard: createPasswordGuard(undefined, log),
    remote: { echo: ignore, displayHeartbeats: ignore, giveFeedback: ignore, changeBrokers: ignore },
    allowedBrokers: [],
    commandMaxAge: 0,
    log,
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });

  return {
    async ready() {
      while (!reader.isReading() && !over.signal.aborted) await delay(POLL_MILLISECONDS);
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

/** Drops all records but the observations that this canary sent: anybody may write to the topic. */
function onlySent(stretch: Stretch, sent: Set<string>): Stretch {
  const items = stretch.items.map((item) => {
    const isSent = 'command' in item && item.command.kind === 'observe' && sent.has(item.command.uuid);
    return isSent && item.command.cache === 'test' ? item : { letter: item.letter, done: true as const };
  });
  return { ...stretch, lane: items.some((item) => 'command' in item) ? 'test' : 'archive', items };
}
