import { createSlackClient } from '../../delivery/people/sinks/slack/client.js';
import { asDeliveryError } from '../../delivery/people/sinks/slack/errors.js';
import type { SlackSettings } from '../../delivery/people/sinks/slack/settings.js';
import { type Finding, findingsOf, messageOf } from './finding.js';

/** Slack looks channels up by id, not by name: https://docs.slack.dev/reference/methods/conversations.info */
const CHANNEL_ID = /^[CGD][A-Z0-9]{7,}$/;

/** Checks the token and the channel; nothing is posted. */
export async function checkSlack(settings: SlackSettings): Promise<Finding[]> {
  const { ok, warning, error } = findingsOf('slack');
  const client = createSlackClient(settings);
  const { channel } = settings;
  let token: Finding;
  try {
    const { team, user } = await client.auth.test();
    token = ok(`the token belongs to ${user} in ${team}`);
  } catch (failure) {
    return [error(messageOf(asDeliveryError(failure)), 'set SLACK_TOKEN to the bot token of the app (xoxb-…)')];
  }
  if (!CHANNEL_ID.test(channel)) {
    const advice = 'set SLACK_CHANNEL to its id (C…), which Slack shows under "View channel details"';
    return [token, warning(`the channel ${channel} cannot be looked up by its name`, advice)];
  }
  try {
    const { channel: found } = await client.conversations.info({ channel });
    const advice = 'invite the app with /invite in the channel';
    if (found?.is_archived === true)
      return [token, error(`the channel ${channel} is archived`, 'set SLACK_CHANNEL to another channel')];
    if (found?.is_member === false) return [token, error(`the app is not in the channel ${channel}`, advice)];
    return [token, ok(`the channel is #${found?.name ?? channel}`)];
  } catch (failure) {
    const reason = messageOf(asDeliveryError(failure));
    if (reason.includes('missing_scope')) {
      const advice = 'give the app channels:read (groups:read for a private channel) to have it checked';
      return [token, warning(`the channel ${channel} cannot be looked up`, advice)];
    }
    return [token, error(reason, 'correct SLACK_CHANNEL, and invite the app to the channel')];
  }
}
