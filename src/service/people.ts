import type pg from 'pg';
import type { Logger } from 'pino';
import { loadOptional } from '../config/optional-package.js';
import { campaign } from '../database/leadership.js';
import type { PrismaReads } from '../database/prisma.js';
import { type DeliveryObserver, UNOBSERVED } from '../delivery/observer.js';
import { type Clock, systemClock } from '../delivery/people/clock.js';
import { createDeliveries } from '../delivery/people/deliveries.js';
import { createNotices } from '../delivery/people/notices.js';
import { createRedaction } from '../delivery/people/redaction.js';
import { createRelay } from '../delivery/people/relay.js';
import type { GcnSettings } from '../delivery/people/sinks/gcn/settings.js';
import { SINK_NAMES, type Sink, type SinkName } from '../delivery/people/sinks/sink.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Mailer } from '../mail/mailer.js';
import type { MailSettings } from '../mail/settings.js';

/** What of the configuration says who is told. */
export interface PeopleSettings {
  readonly mail: MailSettings | undefined;
  readonly alertMailTo: readonly string[];
  readonly slack: SlackSettings | undefined;
  readonly gcn: GcnSettings | undefined;
  readonly firedrillNotify: boolean;
}

export interface PeopleOptions {
  readonly settings: PeopleSettings;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly prisma: PrismaReads;
  /** Undefined: no mail. */
  readonly mailer: Mailer | undefined;
  /** Who gets the alerts by mail beside ALERT_MAIL_TO; asked anew for each alert. */
  recipients?(): Promise<readonly string[]>;
  /** By default nobody is told. */
  readonly observer?: DeliveryObserver;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** What tells people of alerts. */
export interface People {
  /** There may be alerts. */
  wake(): void;
  /** Deliveries of this sink are to be sent again, now. */
  resume(sink: string): void;
  /** What is being sent is finished, within 10 s. */
  stop(): Promise<void>;
}

/** The sinks that a configuration asks for. */
export function sinksOf({ mail, slack, gcn }: PeopleSettings): readonly SinkName[] {
  const settings = { email: mail, slack, gcn };
  return SINK_NAMES.filter((name) => settings[name] !== undefined);
}

/**
 * Delivers alerts to the sinks that are configured. For each, one of the replicas that have it leads.
 * @throws DatabaseAway
 */
export async function startPeople(options: PeopleOptions): Promise<People> {
  const { settings, databaseUrl, pool, prisma, observer = UNOBSERVED, log, clock = systemClock } = options;
  const caches: readonly CacheName[] = settings.firedrillNotify ? ['live', 'firedrill'] : ['live'];
  const deliveries = createDeliveries(pool);
  const notices = createNotices(prisma);
  const redact = createRedaction([settings.slack?.token, settings.mail?.login?.password, settings.gcn?.clientSecret]);
  const sinks = await createSinks(options);
  const relays = sinks.map((sink) => createRelay({ sink, caches, deliveries, notices, clock, redact, observer, log }));
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

/** Makes the sinks that are configured. Each is loaded only then, with the packages that it needs. */
async function createSinks({ settings, mailer, recipients, log }: PeopleOptions): Promise<readonly Sink[]> {
  const sinks: Sink[] = [];
  if (mailer !== undefined) {
    const { createEmailSink } = await import('../delivery/people/sinks/email/sink.js');
    const all = async () => [...settings.alertMailTo, ...((await recipients?.()) ?? [])];
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
