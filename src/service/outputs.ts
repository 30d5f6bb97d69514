import { createContacts } from '../administration/contacts.js';
import { DELIVERY_CHANNEL } from '../delivery/people/resend.js';
import { createAlertFeed } from '../delivery/sse/alert-feed.js';
import { createFeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { BROKER_CHANNEL } from '../intake/kafka/broker-changes.js';
import { createMailer } from '../mail/mailer.js';
import type { Foundations } from './foundations.js';
import { startPeople } from './people.js';
import { createRemoteEffects } from './remote-effects.js';
import type { StartContext } from './start-context.js';
import type { SwitchableCluster } from './switchable-cluster.js';

export type Outputs = Awaited<ReturnType<typeof startOutputs>>;

/** Starts what sends alerts: SSE streams, Kafka, and people (e-mail, Slack, GCN). Each is notified of new alerts. */
export async function startOutputs(context: StartContext, foundations: Foundations) {
  const { config, databaseUrl, log, shutdown, unlessAborted } = context;
  const { pool, prisma, reads, observability, notifications, alertNotifications } = foundations;
  const observer = observability.deliveryObserver;

  const alertFeed = createAlertFeed(reads.alerts, log, {}, observer);
  shutdown.add('outputs', 'alert streams', () => alertFeed.stop());
  alertNotifications.on((cache) => alertFeed.wake(cache));

  const contacts = createContacts(prisma, { admins: config.adminEmails, alerts: config.alertEmails });
  const feedback = createFeedbackRequests({ prisma, canMail: config.email !== undefined, log });
  const kafka = await unlessAborted(startKafka(context, foundations, createRemoteEffects(reads, feedback, log)));

  const mailer = config.email && createMailer(config.email, log);
  // It also sends warnings about late detectors, a background task: it must close after them.
  if (mailer !== undefined) shutdown.add('background', 'e-mail', () => mailer.close());
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
  alertNotifications.on(() => people.wake());
  notifications.on(DELIVERY_CHANNEL, people.resume);
  return { alertFeed, kafka, contacts, feedback, mailer };
}

/** Starts to publish alerts. The observation topics are read later, with the other inputs. */
async function startKafka(
  { config, databaseUrl, log, shutdown }: StartContext,
  { pool, cacheService, observability, notifications, alertNotifications }: Foundations,
  remoteEffects: ReturnType<typeof createRemoteEffects>,
): Promise<SwitchableCluster | undefined> {
  if (config.kafka === undefined) return undefined;
  // Loaded only if it is configured: the Kafka client and its codecs take time and memory.
  const { startSwitchableCluster } = await import('./switchable-cluster.js');
  const { serverTag, kafka: settings } = config;
  const observer = observability.deliveryObserver;
  const kafka = await startSwitchableCluster({
    settings,
    databaseUrl,
    pool,
    cacheService,
    serverTag,
    ...remoteEffects,
    observer,
    log,
  });
  shutdown.add('outputs', 'alerts to Kafka', kafka.stopPublishing);
  alertNotifications.on(kafka.wake);
  notifications.on(BROKER_CHANNEL, kafka.checkBrokers);
  notifications.onListening(kafka.checkBrokers);
  return kafka;
}
