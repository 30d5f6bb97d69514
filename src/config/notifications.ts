import type { GcnSettings } from '../delivery/people/sinks/gcn/settings.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { EmailSettings } from '../mail/settings.js';
import { type Given, invalidVariables } from './config-error.js';
import type { Values } from './environment.js';

/** @throws ConfigError if SMTP_URL or MAIL_FROM is missing although one of the variables for e-mail is set */
export function emailConfig(
  { SMTP_URL, MAIL_FROM, ALERT_MAIL_TO, ADMIN_MAIL_TO }: Values,
  given: Given,
): EmailSettings | undefined {
  if (SMTP_URL !== undefined && MAIL_FROM !== undefined) return Object.freeze({ ...SMTP_URL, from: MAIL_FROM });
  if (SMTP_URL !== undefined)
    throw invalidVariables([['MAIL_FROM', "the sender's address, because SMTP_URL is set"]], given);
  if (MAIL_FROM !== undefined || ALERT_MAIL_TO !== undefined || ADMIN_MAIL_TO !== undefined) {
    const accepts = 'a mail server, because MAIL_FROM, ALERT_MAIL_TO or ADMIN_MAIL_TO is set';
    throw invalidVariables([['SMTP_URL', accepts]], {});
  }
  return undefined;
}

/** @throws ConfigError if SLACK_TOKEN or SLACK_CHANNEL is missing although one of the variables for Slack is set */
export function slackConfig(values: Values, given: Given): SlackSettings | undefined {
  const { SLACK_TOKEN: token, SLACK_CHANNEL: channel, SLACK_API_URL: apiUrl } = values;
  if (token !== undefined && channel !== undefined) return Object.freeze({ token, channel, apiUrl });
  if (token === undefined && channel === undefined && apiUrl === undefined) return undefined;
  const missing = token === undefined ? 'SLACK_TOKEN' : 'SLACK_CHANNEL';
  throw invalidVariables([[missing, 'both token and channel, or neither']], given);
}

/** @throws ConfigError if only one of GCN_CLIENT_ID and GCN_CLIENT_SECRET is set */
export function gcnConfig(values: Values, given: Given): GcnSettings | undefined {
  const { GCN_CLIENT_ID: clientId, GCN_CLIENT_SECRET: clientSecret } = values;
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined) {
    const missing = clientId === undefined ? 'GCN_CLIENT_ID' : 'GCN_CLIENT_SECRET';
    throw invalidVariables([[missing, "both the client's id and its secret, or neither"]], given);
  }
  const { GCN_BROKERS, GCN_TOPIC, GCN_TOKEN_URL } = values;
  return Object.freeze({ clientId, clientSecret, brokers: GCN_BROKERS, topic: GCN_TOPIC, tokenUrl: GCN_TOKEN_URL });
}
