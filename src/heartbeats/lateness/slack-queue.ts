import type { ResetFacts } from '../../domain/resets.js';
import { createQueue, type QueueOptions, type Waiting } from './queue.js';
import { resetNews } from './reset-news.js';

export interface SlackQueueOptions extends Pick<QueueOptions<Waiting<ResetFacts>>, 'pool' | 'now' | 'log'> {
  readonly slack: SlackChannel;
  /** Makes an error fit to be stored and logged. */
  redact(text: string): string;
  /** Names the server in what it posts. */
  readonly serverTag: string;
}

/** Posts what is no alert. */
export interface SlackChannel {
  /** @param id goes along as the message's metadata */
  post(id: string, news: { readonly headline: string; readonly lines: readonly string[] }): Promise<void>;
}

/** What this release can post. */
const KINDS: readonly ResetFacts['kind'][] = ['reset'];

/** Posts what waits for Slack's channel. */
export function createSlackQueue({ pool, slack, redact, serverTag, now, log }: SlackQueueOptions) {
  return createQueue<Waiting<ResetFacts>>({
    pool,
    table: 'slack_post',
    columns: 'id, facts',
    kinds: KINDS,
    name: 'slack-post',
    async send({ id, facts }) {
      const { subject, lines } = resetNews(facts);
      await slack.post(id, { headline: subject, lines: [...lines, serverTag] });
    },
    // Whatever is wrong, with the server, the token or the channel, is wrong for all and may be put right.
    failureOf: (error) => ({
      reason: redact(error instanceof Error ? error.message : String(error)),
      isRefused: false,
      isOfAll: true,
    }),
    now,
    log,
  });
}
