import type pg from 'pg';
import type { Logger } from 'pino';
import type { PrismaReads } from '../database/prisma.js';
import { createRedaction } from '../delivery/people/redaction.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import { writeFeedback } from '../heartbeats/feedback/feedback-mail.js';
import { readHeartbeatDay } from '../heartbeats/feedback/heartbeat-day.js';
import { createLook } from '../heartbeats/lateness/look.js';
import { createMailQueue, messageId, type WaitingMail } from '../heartbeats/lateness/mail-queue.js';
import { createSlackQueue, type SlackChannel } from '../heartbeats/lateness/slack-queue.js';
import { writeWarning } from '../heartbeats/lateness/warnings.js';
import { startWatcher, type Watcher } from '../heartbeats/lateness/watcher.js';
import type { Pictures } from '../heartbeats/pictures.js';
import type { Mailer } from '../mail/mailer.js';

export interface LatenessOptions {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly prisma: PrismaReads;
  /** Undefined: what there is to tell is logged only. */
  readonly mailer: Mailer | undefined;
  /** Undefined: Slack is told nothing. */
  readonly slack: SlackSettings | undefined;
  readonly pictures: Pick<Pictures, 'png'>;
  readonly feedback: Pick<FeedbackRequests, 'takeCommands'>;
  /** How long too few detectors must have been on, in milliseconds. */
  readonly quietAfter: number;
  /** Who is told of a quiet network beside the contacts. */
  readonly admins: readonly string[];
  /** Names the server in its mails. */
  readonly serverTag: string;
  readonly log: Logger;
  /** Reads the clock. */
  now?(): Date;
  /** How often it looks, in milliseconds. */
  readonly every?: number;
}

/** Watches the detectors' heartbeats, and tells what there is to tell of them and of resets. One of all replicas does. */
export function startLateness(options: LatenessOptions): Watcher {
  const { databaseUrl, pool, prisma, mailer, slack, pictures, feedback, quietAfter, admins, serverTag, log } = options;
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
    const day = await readHeartbeatDay(prisma, facts.detector, at);
    return writeFeedback(day, day.series.total === 0 ? null : await pictures.png(day.series), serverTag);
  }

  return startWatcher({
    databaseUrl,
    async begin() {
      await Promise.all([queue?.tryAgain(), posts?.tryAgain()]);
    },
    async look() {
      // Whoever took a command may have ended before it was carried out.
      await feedback.takeCommands();
      await look();
    },
    // Neither waits for the other's server.
    sendDue: async (signal, hasTime) => {
      await Promise.all([queue?.sendDue(signal, hasTime), posts?.sendDue(signal, hasTime)]);
    },
    log,
    ...(every === undefined ? {} : { every }),
  });
}

/** The channel, whose client is loaded for the first message: it takes time and memory. */
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
