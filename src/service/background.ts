import { startSweeper } from '../cache/upkeep/sweeper.js';
import type { Config } from '../config/config.js';
import type { Duration } from '../domain/time.js';
import { MAIL_CHANNEL } from '../heartbeats/lateness/channel.js';
import { createPictures } from '../heartbeats/pictures.js';
import { startCanary } from '../observability/canary/canary.js';
import { startShadow } from '../shadow/shadow.js';
import type { Foundations } from './foundations.js';
import { startLateness } from './lateness.js';
import type { Outputs } from './outputs.js';
import type { Starting } from './starting.js';

export type Background = ReturnType<typeof startBackground>;

/** What goes on without anybody asking: upkeep of the caches, late detectors, the canary, the shadow engine. */
export function startBackground(starting: Starting, foundations: Foundations, outputs: Outputs) {
  const { config, databaseUrl, log, shutdown } = starting;
  const { pool, prisma, cacheService, notifications, alertNews } = foundations;
  const sweeper = startSweeper(cacheService, pool, retentionOf(config), log);
  shutdown.add('background', 'sweeper', () => sweeper.stop());
  const pictures = createPictures(log);
  shutdown.add('background', 'pictures', () => pictures.stop());

  const lateness = startLateness({
    databaseUrl,
    pool,
    prisma,
    mailer: outputs.mailer,
    slack: config.slack,
    pictures,
    feedback: outputs.feedback,
    quietAfter: toMilliseconds(config.quietNetworkAfter),
    admins: config.adminMailTo,
    serverTag: config.serverTag,
    log,
  });
  shutdown.add('background', 'late detectors', lateness.stop);
  notifications.on(MAIL_CHANNEL, lateness.wake);
  notifications.onListening(lateness.wake);

  startCanaryIfAsked(starting, foundations, outputs);
  if (config.shadowEngine !== undefined) {
    const shadow = startShadow({ databaseUrl, engine: config.shadowEngine, log });
    shutdown.add('background', 'shadow engine', shadow.stop);
    alertNews.on(() => shadow.wake());
  }
  return { pictures };
}

function startCanaryIfAsked(
  { config, databaseUrl, log, shutdown }: Starting,
  { observability }: Foundations,
  { brokers }: Outputs,
): void {
  if (config.canaryInterval === 0) return;
  const { engine, window, canaryInterval: interval, serverTag } = config;
  const kafka = () => config.kafka && { ...config.kafka, brokers: brokers?.brokers() ?? config.kafka.brokers };
  const observer = observability.metrics.canaryObserver;
  const canary = startCanary({ databaseUrl, interval, engine, window, serverTag, kafka, observer, log });
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
