import { createSlackClient } from './client.js';
import { asDeliveryError } from './errors.js';
import { newsMessage } from './message.js';
import type { SlackSettings } from './settings.js';

/** Posts to the channel what is no alert. */
export function createSlackChannel(settings: SlackSettings) {
  const { channel } = settings;
  const client = createSlackClient(settings);
  return {
    /**
     * @param id goes along as the message's metadata: one that was posted twice can be told
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
