import { startSweeper } from '../cache/upkeep/sweeper.js';
import type { Config } from '../config/config.js';
import type { Duration } from '../domain/time.js';
import { EMAIL_CHANNEL } from '../heartbeats/lateness/channel.js';
import { createPictures } from '../heartbeats/pictures.js';
import { startCanary } from '../observability/canary/canary.js';
import { startShadow } from '../shadow/shadow.js';
import type { Foundations } from './foundations.js';
import { startLateness } from './lateness.js';
import type { Outputs } from './outputs.js';
import type { StartContext } from './start-context.js';

export type Background = ReturnType<typeof startBackground>;

/**
 * Starts the tasks that do not depend on messages: expiry and retention (the sweeper), warnings about late detectors, the
 * canary, the shadow engine, and the thread that draws pictures of heartbeats.
 */
export function startBackground(context: StartContext, foundations: Foundations, outputs: Outputs) {
  const { config, databaseUrl, log, shutdown } = context;
  const { pool, prisma, reads, cacheService, notifications, alertNotifications } = foundations;
  const sweeper = startSweeper(cacheService, pool, retentionOf(config), log);
  shutdown.add('background', 'sweeper', () => sweeper.stop());
  const pictures = createPictures(log);
  shutdown.add('background', 'pictures', () => pictures.stop());

  const lateness = startLateness({
    databaseUrl,
    pool,
    prisma,
    reads,
    mailer: outputs.mailer,
    slack: config.slack,
    pictures,
    feedback: outputs.feedback,
    quietAfter: toMilliseconds(config.quietNetworkAfter),
    admins: config.adminEmails,
    serverTag: config.serverTag,
    log,
  });
  shutdown.add('background', 'late detectors', lateness.stop);
  notifications.on(EMAIL_CHANNEL, lateness.wake);
  notifications.onListening(lateness.wake);

  startCanaryIfConfigured(context, foundations, outputs);
  if (config.shadowEngine !== undefined) {
    const shadow = startShadow({ databaseUrl, engine: config.shadowEngine, log });
    shutdown.add('background', 'shadow engine', shadow.stop);
    alertNotifications.on(() => shadow.wake());
  }
  return { pictures };
}

function startCanaryIfConfigured(
  { config, databaseUrl, log, shutdown }: StartContext,
  { observability }: Foundations,
  { kafka }: Outputs,
): void {
  if (config.canaryInterval === 0) return;
  const { engine, window, canaryInterval: interval, serverTag } = config;
  /** Uses the brokers that the service uses now. */
  const settings = () => config.kafka && { ...config.kafka, brokers: kafka?.brokers() ?? config.kafka.brokers };
  const observer = observability.metrics.canaryObserver;
  const canary = startCanary({ databaseUrl, interval, engine, window, serverTag, kafka: settings, observer, log });
  shutdown.add('background', 'canary', canary.stop);
}

function retentionOf({ observationRetention, messageRetention, heartbeatRetention }: Config) {
  return {
    observations: toMilliseconds(observationRetention),
    messages: toMilliseconds(messageRetention),
    heartbeats: toMilliseconds(heartbeatRetention),
  };
}

function toMilliseconds(duration: Duration): number {
  return Number(duration / 1_000_000n);
}
