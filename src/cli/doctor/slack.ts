import { createSlackClient } from '../../delivery/people/sinks/slack/client.js';
import { asDeliveryError } from '../../delivery/people/sinks/slack/errors.js';
import type { SlackSettings } from '../../delivery/people/sinks/slack/settings.js';
import { type Finding, findingsOf, messageOf } from './finding.js';

/** An id can be looked up, a name can't: https://docs.slack.dev/reference/methods/conversations.info */
const CHANNEL_ID = /^[CGD][A-Z0-9]{7,}$/;

/** Asks Slack who we are and what the channel is; nothing is posted. */
export async function checkSlack(settings: SlackSettings): Promise<Finding[]> {
  const { ok, warning, fault } = findingsOf('slack');
  const client = createSlackClient(settings);
  const { channel } = settings;
  let us: Finding;
  try {
    const { team, user } = await client.auth.test();
    us = ok(`the token is ${user}'s in ${team}`);
  } catch (error) {
    return [fault(messageOf(asDeliveryError(error)), 'set SLACK_TOKEN to the bot token of the app (xoxb-…)')];
  }
  if (!CHANNEL_ID.test(channel)) {
    const advice = 'set SLACK_CHANNEL to its id (C…), which Slack shows under "View channel details"';
    return [us, warning(`the channel ${channel} can't be looked up by name`, advice)];
  }
  try {
    const { channel: found } = await client.conversations.info({ channel });
    const advice = 'invite the app: /invite in the channel';
    if (found?.is_archived === true)
      return [us, fault(`the channel ${channel} is archived`, 'set SLACK_CHANNEL to another')];
    if (found?.is_member === false) return [us, fault(`the app is not in the channel ${channel}`, advice)];
    return [us, ok(`the channel is #${found?.name ?? channel}`)];
  } catch (error) {
    const said = messageOf(asDeliveryError(error));
    if (said.includes('missing_scope')) {
      const advice = 'give the app channels:read (groups:read if it is private) if you want it checked';
      return [us, warning(`the channel ${channel} can't be looked up`, advice)];
    }
    return [us, fault(said, 'set SLACK_CHANNEL right, and invite the app to it')];
  }
}
