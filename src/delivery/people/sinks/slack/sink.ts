import type { ChatPostMessageResponse } from '@slack/web-api';
import type { Json } from '../../../../domain/commands.js';
import type { Notice, Sink } from '../sink.js';
import { createSlackClient } from './client.js';
import { asDeliveryError, isThreadGone } from './errors.js';
import { slackMessage } from './message.js';
import type { SlackSettings } from './settings.js';

/** What is stored of a message, so that the event's other alerts are posted to its thread. */
type Posted = Readonly<Record<'channel' | 'ts', string>>;

/**
 * Posts alerts to a channel, an event's in one thread; retractions are shown in the channel too. If the thread's first
 * message was deleted, the alert begins a new thread, so that it is seen. chat.postMessage takes no id from its caller:
 * the alert's id is the message's metadata. It shows that a message was posted twice because the first answer was lost.
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
        // Slack rejected it, so posting it again does not double it.
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
    // Slack may also post a reply to a deleted message in the channel, and then leaves this out.
    const isReply = thread !== undefined && (message === undefined || message.thread_ts !== undefined);
    // A thread has one first message: replies to a reply would not be shown.
    if (isReply) return { channel, ts: thread };
    // Without its place the next alert begins a thread. Another try would post this one every few minutes for 24 h.
    return ts === undefined ? null : { channel, ts };
  }
}

function rethrow(error: unknown): never {
  throw asDeliveryError(error);
}

/** Undefined if another channel is configured now. */
function threadOf(receipt: Json, channel: string): string | undefined {
  const posted = receipt as Posted | null;
  return posted?.channel === channel ? posted.ts : undefined;
}
