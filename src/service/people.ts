import type pg from 'pg';
import type { Logger } from 'pino';
import { loadOptional } from '../config/optional-package.js';
import { type Clock, systemClock } from '../database/jobs/clock.js';
import { campaign } from '../database/leadership.js';
import type { PrismaReads } from '../database/prisma.js';
import { type DeliveryObserver, UNOBSERVED } from '../delivery/observer.js';
import { createDeliveries } from '../delivery/people/deliveries.js';
import { createDeliveryJobs } from '../delivery/people/delivery-jobs.js';
import { createNotices } from '../delivery/people/notices.js';
import { createRedaction } from '../delivery/people/redaction.js';
import { createRelay } from '../delivery/people/relay.js';
import type { GcnSettings } from '../delivery/people/sinks/gcn/settings.js';
import type { Sink } from '../delivery/people/sinks/sink.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { CacheName } from '../domain/cache-name.js';
import { SINK_NAMES, type SinkName } from '../domain/views.js';
import type { Mailer } from '../mail/mailer.js';
import type { EmailSettings } from '../mail/settings.js';

/** The part of the configuration that says who receives alerts. */
export interface PeopleSettings {
  readonly email: EmailSettings | undefined;
  readonly alertEmails: readonly string[];
  readonly slack: SlackSettings | undefined;
  readonly gcn: GcnSettings | undefined;
  readonly firedrillNotify: boolean;
}

export interface PeopleOptions {
  readonly settings: PeopleSettings;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly prisma: PrismaReads;
  /** Undefined if e-mail is not configured. */
  readonly mailer: Mailer | undefined;
  /** Recipients of e-mail in addition to ALERT_MAIL_TO; called again for each alert. */
  recipients?(): Promise<readonly string[]>;
  readonly observer?: DeliveryObserver;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Sends alerts to people. */
export interface People {
  /** There may be pending alerts. */
  wake(): void;
  /** An administrator requested that deliveries of this sink be sent again. */
  resume(sink: string): void;
  /** Finishes the deliveries in progress, which takes 10 s at most. */
  stop(): Promise<void>;
}

/** The sinks that are configured. */
export function sinksOf({ email, slack, gcn }: PeopleSettings): readonly SinkName[] {
  const settings = { email, slack, gcn };
  return SINK_NAMES.filter((name) => settings[name] !== undefined);
}

/**
 * Delivers alerts to the configured sinks. For each sink, one of the replicas on which it is configured leads and sends.
 * @throws DatabaseAway
 */
export async function startPeople(options: PeopleOptions): Promise<People> {
  const { settings, databaseUrl, pool, prisma, observer = UNOBSERVED, log, clock = systemClock } = options;
  const caches: readonly CacheName[] = settings.firedrillNotify ? ['live', 'firedrill'] : ['live'];
  const deliveries = createDeliveries(pool);
  const notices = createNotices(prisma);
  const redact = createRedaction([settings.slack?.token, settings.email?.login?.password, settings.gcn?.clientSecret]);
  const sinks = await createSinks(options);
  const relays = sinks.map((sink) => {
    const jobs = createDeliveryJobs(pool, sink.name);
    return createRelay({ sink, caches, deliveries, jobs, notices, clock, redact, observer, log });
  });
  for (const relay of relays) await relay.begin();
  const leaderships = relays.map(({ name, lead }) => campaign(databaseUrl, `deliver ${name}`, lead, log));
  return {
    wake() {
      for (const relay of relays) relay.wake();
    },
    resume(sink) {
      for (const relay of relays) if (relay.name === sink) relay.resume();
    },
    async stop() {
      for (const relay of relays) relay.finish();
      await Promise.all(leaderships.map((leadership) => leadership.stop()));
      await Promise.all(relays.map((relay) => relay.close()));
    },
  };
}

/** Creates the configured sinks. The module and packages of a sink are loaded only if it is configured. */
async function createSinks({ settings, mailer, recipients, log }: PeopleOptions): Promise<readonly Sink[]> {
  const sinks: Sink[] = [];
  if (mailer !== undefined) {
    const { createEmailSink } = await import('../delivery/people/sinks/email/sink.js');
    const all = async () => [...settings.alertEmails, ...((await recipients?.()) ?? [])];
    sinks.push(createEmailSink({ mailer, recipients: all, log }));
  }
  if (settings.slack !== undefined) {
    const load = () => import('../delivery/people/sinks/slack/sink.js');
    const { createSlackSink } = await loadOptional('SLACK_TOKEN', load);
    sinks.push(createSlackSink(settings.slack));
  }
  if (settings.gcn !== undefined) {
    const { createGcnSink } = await import('../delivery/people/sinks/gcn/sink.js');
    sinks.push(createGcnSink(settings.gcn, log));
  }
  return sinks;
}
