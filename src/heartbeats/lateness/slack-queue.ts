import type pg from 'pg';
import type { Clock } from '../../database/jobs/clock.js';
import type { JobFailure } from '../../database/jobs/sender.js';
import type { ResetFacts } from '../../domain/resets.js';
import { resetNews } from './reset-news.js';
import { createWarningQueue, type WarningQueueOptions } from './warning-queue.js';

interface StoredPost {
  readonly facts: ResetFacts;
}

export interface SlackQueueOptions extends Pick<WarningQueueOptions<StoredPost, SlackPost>, 'log'> {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly slack: SlackChannel;
  /** Makes an error fit to be stored and logged. */
  redact(text: string): string;
  /** Names the server in what it posts. */
  readonly serverTag: string;
}

/** Posts what is not an alert. */
export interface SlackChannel {
  /**
   * @param id is the message's metadata
   * @throws an error that may hold, as `retryAfterMs`, how long Slack asks for a pause
   */
  post(id: string, news: SlackNews): Promise<void>;
}

interface SlackNews {
  readonly headline: string;
  readonly lines: readonly string[];
}

interface SlackPost {
  readonly id: string;
  readonly news: SlackNews;
}

/** What this release can post. */
const KINDS: readonly ResetFacts['kind'][] = ['reset'];

/** Posts the rows of the table `slack_post` to Slack's channel. */
export function createSlackQueue({ pool, slack, redact, serverTag, clock, log }: SlackQueueOptions) {
  return createWarningQueue<StoredPost, SlackPost>({
    pool,
    table: 'slack_post',
    columns: ['facts'],
    kinds: KINDS,
    sender: {
      events: {
        sent: 'slack-post:sent',
        postponed: 'slack-post:postponed',
        failed: 'slack-post:failed',
        answerLost: 'slack-post:answer-lost',
        takenOver: 'slack-post:taken-over',
        notRecorded: 'slack-post:not-recorded',
      },
      about: ({ id, row }) => ({ 'slack-post': id, topic: row.facts.kind }),
      async prepare({ id, row }) {
        const { subject, lines } = resetNews(row.facts);
        return { id: String(id), news: { headline: subject, lines: [...lines, serverTag] } };
      },
      async send({ id, news }) {
        await slack.post(id, news);
        return null;
      },
      failureOf: (error) => failureOf(error, redact),
    },
    clock,
    log,
  });
}

/** Whatever is wrong, with Slack, the token or the channel, is wrong for all posts and may be put right. */
function failureOf(error: unknown, redact: (text: string) => string): JobFailure {
  const { retryAfterMs } = error as { readonly retryAfterMs?: number };
  const message = redact(error instanceof Error ? error.message : String(error));
  return { error: message, kind: 'transient', retryAfterMs, isOfAll: true };
}
