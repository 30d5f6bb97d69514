import type pg from 'pg';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../database/jobs/clock.js';
import type { PrismaReads } from '../database/prisma.js';
import { createRedaction } from '../delivery/people/redaction.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { writeFeedback } from '../heartbeats/feedback/feedback-mail.js';
import { createEmailQueue, messageId, type StoredEmail } from '../heartbeats/lateness/email-queue.js';
import { createLook } from '../heartbeats/lateness/look.js';
import { createSlackQueue, type SlackChannel } from '../heartbeats/lateness/slack-queue.js';
import type { WarningQueue } from '../heartbeats/lateness/warning-queue.js';
import { writeWarning } from '../heartbeats/lateness/warnings.js';
import { startWatcher, type Watcher } from '../heartbeats/lateness/watcher.js';
import type { Pictures } from '../heartbeats/pictures.js';
import type { Mailer } from '../mail/mailer.js';
import type { Reads } from '../reads/reads.js';

export interface LatenessOptions {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly prisma: PrismaReads;
  readonly reads: Pick<Reads, 'heartbeatDays'>;
  /** Undefined if e-mail is not configured: warnings are only logged. */
  readonly mailer: Mailer | undefined;
  /** Undefined if Slack is not configured. */
  readonly slack: SlackSettings | undefined;
  readonly pictures: Pick<Pictures, 'png'>;
  readonly feedback: Pick<FeedbackRequests, 'takeCommands'>;
  /** For how long too few detectors must have been ON before a warning is sent, in milliseconds. */
  readonly quietAfter: number;
  /** Recipients of the warning about a quiet network, in addition to the contacts. */
  readonly admins: readonly string[];
  /** Name of the server in its e-mails. */
  readonly serverTag: string;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Time between two checks, in milliseconds; 60,000 by default. */
  readonly every?: number;
}

/**
 * Checks the detectors' heartbeats, and sends warnings about late detectors and a quiet network, heartbeat feedback, and
 * news of resets. One of the replicas leads and does this for all.
 */
export function startLateness(options: LatenessOptions): Watcher {
  const { databaseUrl, prisma, mailer, feedback, quietAfter, admins, log } = options;
  const { clock = systemClock, every } = options;
  const now = () => new Date(clock.now());
  const look = createLook({ prisma, quietAfter, admins, canMail: mailer !== undefined, now, log });
  return startWatcher({
    databaseUrl,
    async look() {
      // The replica that received a command may have ended before it carried the command out.
      await feedback.takeCommands();
      await look();
    },
    queues: queuesOf({ ...options, clock }),
    log,
    ...(every === undefined ? {} : { every }),
  });
}

function queuesOf(options: LatenessOptions & { readonly clock: Clock }): WarningQueue[] {
  const { pool, mailer, slack, serverTag, clock, log } = options;
  const queues: WarningQueue[] = [];
  if (mailer !== undefined) {
    const compose = (email: StoredEmail, at: Date) => composeEmail(email, at, mailer, options);
    queues.push(createEmailQueue({ pool, mailer, compose, clock, log }));
  }
  if (slack !== undefined) {
    const redact = createRedaction([slack.token]);
    queues.push(createSlackQueue({ pool, slack: slackChannel(slack), redact, serverTag, clock, log }));
  }
  return queues;
}

async function composeEmail(
  { facts }: StoredEmail,
  at: Date,
  mailer: Mailer,
  { reads, pictures, serverTag }: LatenessOptions,
) {
  if (facts.kind !== 'feedback') return writeWarning(facts, at, serverTag, (id) => messageId(id, mailer));
  const day = await reads.heartbeatDays.before(facts.detector, at);
  return writeFeedback(day, day.series.total === 0 ? null : await pictures.png(day.series), serverTag);
}

/** A channel whose Slack client is loaded for the first message, because it takes time and memory. */
function slackChannel(settings: SlackSettings): SlackChannel {
  let loading: Promise<SlackChannel> | undefined;
  const load = async () => {
    const { createSlackChannel } = await import('../delivery/people/sinks/slack/channel.js');
    return createSlackChannel(settings);
  };
  return {
    async post(id, news) {
      loading ??= load();
      await (await loading).post(id, news);
    },
  };
}
