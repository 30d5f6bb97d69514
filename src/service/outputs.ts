import { createContacts } from '../administration/contacts.js';
import { DELIVERY_CHANNEL } from '../delivery/people/delivery-records.js';
import { createAlertFeed } from '../delivery/sse/alert-feed.js';
import { createFeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { BROKER_CHANNEL } from '../intake/kafka/broker-changes.js';
import { createMailer } from '../mail/mailer.js';
import { createAlerts } from '../reads/alerts.js';
import type { Foundations } from './foundations.js';
import type { Brokers } from './kafka.js';
import { startPeople } from './people.js';
import { createRemoteEffects } from './remote-effects.js';
import type { Starting } from './starting.js';

export type Outputs = Awaited<ReturnType<typeof startOutputs>>;

/** Where alerts go: to streams (SSE), to Kafka, to people. Each is told of new alerts, and sends what waits. */
export async function startOutputs(starting: Starting, foundations: Foundations) {
  const { config, databaseUrl, log, shutdown, unlessAborted } = starting;
  const { pool, prisma, observability, notifications, alertNews } = foundations;
  const observer = observability.deliveryObserver;

  const alertFeed = createAlertFeed(createAlerts(prisma), log, {}, observer);
  shutdown.add('outputs', 'alert streams', () => alertFeed.stop());
  alertNews.on((cache) => alertFeed.wake(cache));

  const contacts = createContacts(prisma, { admins: config.adminMailTo, alerts: config.alertMailTo });
  const feedback = createFeedbackRequests({ prisma, canMail: config.mail !== undefined, log });
  const brokers = await unlessAborted(startKafka(starting, foundations, createRemoteEffects(prisma, feedback, log)));

  const mailer = config.mail && createMailer(config.mail, log);
  // Warnings of late detectors go out through it too: it is closed after what sends them.
  if (mailer !== undefined) shutdown.add('background', 'mail', () => mailer.close());
  const people = await unlessAborted(
    startPeople({
      settings: config,
      databaseUrl,
      pool,
      prisma,
      mailer,
      observer,
      recipients: contacts.alertRecipients,
      log,
    }),
  );
  shutdown.add('outputs', 'deliveries', people.stop);
  alertNews.on(() => people.wake());
  notifications.on(DELIVERY_CHANNEL, people.resume);
  return { alertFeed, brokers, contacts, feedback, mailer };
}

/** Publishes alerts; what comes in is not read yet. */
async function startKafka(
  { config, databaseUrl, log, shutdown }: Starting,
  { pool, cacheService, observability, notifications, alertNews }: Foundations,
  remote: ReturnType<typeof createRemoteEffects>,
): Promise<Brokers | undefined> {
  if (config.kafka === undefined) return undefined;
  // Loaded only if it is configured: the client of Kafka and its codecs take time and memory.
  const { startBrokers } = await import('./kafka.js');
  const { serverTag, kafka: settings } = config;
  const observer = observability.deliveryObserver;
  const brokers = await startBrokers({
    settings,
    databaseUrl,
    pool,
    cacheService,
    serverTag,
    ...remote,
    observer,
    log,
  });
  shutdown.add('outputs', 'alerts to Kafka', brokers.stopPublishing);
  alertNews.on(brokers.wake);
  notifications.on(BROKER_CHANNEL, brokers.reconsider);
  notifications.onListening(brokers.reconsider);
  return brokers;
}
