import type { ChatPostMessageResponse } from '@slack/web-api';
import type { Json } from '../../../../domain/commands.js';
import type { Notice, Sink } from '../sink.js';
import { createSlackClient } from './client.js';
import { asDeliveryError, isThreadGone } from './errors.js';
import { slackMessage } from './message.js';
import type { SlackSettings } from './settings.js';

/** What is remembered of a message, so that the event's others go into its thread. */
type Posted = Readonly<Record<'channel' | 'ts', string>>;

/**
 * Posts alerts to a channel, an event's in one thread; retractions are shown in the channel too. Where the thread's first
 * message is gone, the alert begins a new thread: it must be seen. chat.postMessage takes no id from its caller: the
 * alert's goes along as the message's metadata, by which a message that was posted twice, because the answer to the
 * first was lost, can be told.
 */
export function createSlackSink(settings: SlackSettings): Sink {
  const { channel } = settings;
  const client = createSlackClient(settings);
  return {
    name: 'slack',

    async deliver(notice) {
      const thread = threadOf(notice.eventReceipt, channel);
      try {
        return receiptOf(thread, await post(notice, thread));
      } catch (error) {
        // It was refused: posting it once more doubles nothing.
        if (thread === undefined || !isThreadGone(error)) throw asDeliveryError(error);
        return receiptOf(undefined, await post(notice, undefined).catch(rethrow));
      }
    },

    close: async () => undefined,
  };

  async function post(notice: Notice, thread: string | undefined): Promise<ChatPostMessageResponse> {
    const { alert, kind } = notice;
    const { text, blocks } = slackMessage(notice);
    const message = {
      channel,
      text,
      blocks,
      mrkdwn: false,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: 'snews_alert', event_payload: { alert_id: alert.id, event_id: alert.event_id } },
    } as const;
    if (thread === undefined) return await client.chat.postMessage(message);
    return await client.chat.postMessage(
      kind === 'retraction'
        ? { ...message, thread_ts: thread, reply_broadcast: true }
        : { ...message, thread_ts: thread },
    );
  }

  /** Where the event's next alert replies to; null: nowhere. */
  function receiptOf(thread: string | undefined, { ts, message }: ChatPostMessageResponse): Posted | null {
    // Of a reply to a message that is gone Slack may also make a message of the channel, and says so by leaving this out.
    const isReply = thread !== undefined && (message === undefined || message.thread_ts !== undefined);
    // A thread has one beginning: replies to a reply would not be shown.
    if (isReply) return { channel, ts: thread };
    // Taken, but not said where: the next alert begins a thread. To try again would post it again every few minutes for 24 h.
    return ts === undefined ? null : { channel, ts };
  }
}

function rethrow(error: unknown): never {
  throw asDeliveryError(error);
}

/** None if the channel is another one by now. */
function threadOf(receipt: Json, channel: string): string | undefined {
  const posted = receipt as Posted | null;
  return posted?.channel === channel ? posted.ts : undefined;
}
