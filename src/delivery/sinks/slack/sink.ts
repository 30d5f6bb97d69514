import type { Json } from '../../../domain/commands.js';
import { DeliveryError, type Notice, type Sink } from '../sink.js';
import { createSlackClient } from './client.js';
import { asDeliveryError } from './errors.js';
import { slackMessage } from './message.js';
import type { SlackSettings } from './settings.js';

/** What is remembered of a message, so that the event's others go into its thread. */
interface Posted {
  readonly channel: string;
  readonly ts: string;
}

/**
 * Posts alerts to a channel, an event's in one thread; retractions are shown in the channel too. chat.postMessage takes
 * no id from its caller: the alert's goes along as the message's metadata, by which a message that was posted twice,
 * because the answer to the first was lost, can be told.
 */
export function createSlackSink(settings: SlackSettings): Sink {
  const { channel } = settings;
  const client = createSlackClient(settings);
  return {
    name: 'slack',

    async deliver(notice) {
      const thread = threadOf(notice.eventReceipt, channel);
      const posted = await post(notice, thread);
      // A thread has one beginning: replies to a reply would not be shown.
      return { channel, ts: thread ?? posted };
    },

    close: async () => undefined,
  };

  async function post(notice: Notice, thread: string | undefined): Promise<string> {
    const { alert, kind } = notice;
    const { text, blocks } = slackMessage(notice);
    try {
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
      const { ts } = await client.chat.postMessage(
        thread === undefined
          ? message
          : kind === 'retraction'
            ? { ...message, thread_ts: thread, reply_broadcast: true }
            : { ...message, thread_ts: thread },
      );
      if (ts === undefined) throw new DeliveryError('Slack took the message and did not say where it is', 'permanent');
      return ts;
    } catch (error) {
      throw asDeliveryError(error);
    }
  }
}

/** None if the channel is another one by now. */
function threadOf(receipt: Json, channel: string): string | undefined {
  const posted = receipt as Posted | null;
  return posted?.channel === channel ? posted.ts : undefined;
}
