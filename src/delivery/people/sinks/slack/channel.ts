import { createSlackClient } from './client.js';
import { asDeliveryError } from './errors.js';
import { newsMessage } from './message.js';
import type { SlackSettings } from './settings.js';

/** Posts news to the channel that are not alerts. */
export function createSlackChannel(settings: SlackSettings) {
  const { channel } = settings;
  const client = createSlackClient(settings);
  return {
    /**
     * @param id is the message's metadata: it shows that a message was posted twice
     * @throws DeliveryError
     */
    async post(id: string, news: { readonly headline: string; readonly lines: readonly string[] }): Promise<void> {
      const message = {
        channel,
        ...newsMessage(news),
        mrkdwn: false,
        parse: 'none',
        link_names: false,
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: 'snews_news', event_payload: { id } },
      } as const;
      await client.chat.postMessage(message).catch((error) => {
        throw asDeliveryError(error);
      });
    },
  };
}
