import type pg from 'pg';
import type { Logger } from 'pino';
import type { PrismaReads } from '../database/prisma.js';
import { createRedaction } from '../delivery/people/redaction.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { writeFeedback } from '../heartbeats/feedback/feedback-mail.js';
import { createLook } from '../heartbeats/lateness/look.js';
import { createMailQueue, messageId, type WaitingMail } from '../heartbeats/lateness/mail-queue.js';
import { createSlackQueue, type SlackChannel } from '../heartbeats/lateness/slack-queue.js';
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
  now?(): Date;
  /** Time between two checks, in milliseconds; 60,000 by default. */
  readonly every?: number;
}

/**
 * Checks the detectors' heartbeats, and sends warnings about late detectors and a quiet network, heartbeat feedback, and
 * news of resets. One of the replicas leads and does this for all.
 */
export function startLateness(options: LatenessOptions): Watcher {
  const { databaseUrl, pool, prisma, reads, mailer, slack, pictures, feedback, quietAfter, admins, serverTag, log } =
    options;
  const { now = () => new Date(), every } = options;
  const look = createLook({ prisma, quietAfter, admins, canMail: mailer !== undefined, now, log });
  const queue = mailer && createMailQueue({ pool, mailer, compose: (mail, at) => compose(mail, at, mailer), now, log });
  const posts =
    slack &&
    createSlackQueue({
      pool,
      slack: slackChannel(slack),
      redact: createRedaction([slack.token]),
      serverTag,
      now,
      log,
    });

  async function compose({ facts }: WaitingMail, at: Date, to: Mailer) {
    if (facts.kind !== 'feedback') return writeWarning(facts, at, serverTag, (id) => messageId(id, to));
    const day = await reads.heartbeatDays.before(facts.detector, at);
    return writeFeedback(day, day.series.total === 0 ? null : await pictures.png(day.series), serverTag);
  }

  return startWatcher({
    databaseUrl,
    async begin() {
      await Promise.all([queue?.tryAgain(), posts?.tryAgain()]);
    },
    async look() {
      // The replica that received a command may have ended before it carried the command out.
      await feedback.takeCommands();
      await look();
    },
    // In parallel: a slow mail server must not delay posts to Slack.
    sendDue: async (signal, hasTime) => {
      await Promise.all([queue?.sendDue(signal, hasTime), posts?.sendDue(signal, hasTime)]);
    },
    log,
    ...(every === undefined ? {} : { every }),
  });
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
