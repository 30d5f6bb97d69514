import type { GcnSettings } from '../delivery/people/sinks/gcn/settings.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { MailSettings } from '../mail/settings.js';
import { ConfigError, complaint, type Given } from './config-error.js';
import type { Values } from './environment.js';

/** @throws ConfigError if one of the two is missing, or if there are recipients and nothing to mail with */
export function mailConfig(
  { SMTP_URL, MAIL_FROM, ALERT_MAIL_TO, ADMIN_MAIL_TO }: Values,
  given: Given,
): MailSettings | undefined {
  if (SMTP_URL !== undefined && MAIL_FROM !== undefined) return Object.freeze({ ...SMTP_URL, from: MAIL_FROM });
  if (SMTP_URL !== undefined) throw new ConfigError(complaint([['MAIL_FROM', 'who mails, with SMTP_URL']], given));
  if (MAIL_FROM !== undefined || ALERT_MAIL_TO !== undefined || ADMIN_MAIL_TO !== undefined) {
    const accepts = 'a server to mail with, for MAIL_FROM, ALERT_MAIL_TO and ADMIN_MAIL_TO';
    throw new ConfigError(complaint([['SMTP_URL', accepts]], {}));
  }
  return undefined;
}

/** @throws ConfigError if token or channel is missing */
export function slackConfig(values: Values, given: Given): SlackSettings | undefined {
  const { SLACK_TOKEN: token, SLACK_CHANNEL: channel, SLACK_API_URL: apiUrl } = values;
  if (token !== undefined && channel !== undefined) return Object.freeze({ token, channel, apiUrl });
  if (token === undefined && channel === undefined && apiUrl === undefined) return undefined;
  const missing = token === undefined ? 'SLACK_TOKEN' : 'SLACK_CHANNEL';
  throw new ConfigError(complaint([[missing, 'token and channel, or neither']], given));
}

/** @throws ConfigError if there is half a login */
export function gcnConfig(values: Values, given: Given): GcnSettings | undefined {
  const { GCN_CLIENT_ID: clientId, GCN_CLIENT_SECRET: clientSecret } = values;
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined) {
    const missing = clientId === undefined ? 'GCN_CLIENT_ID' : 'GCN_CLIENT_SECRET';
    throw new ConfigError(complaint([[missing, "the client's id and its secret, or neither"]], given));
  }
  const { GCN_BROKERS, GCN_TOPIC, GCN_TOKEN_URL } = values;
  return Object.freeze({ clientId, clientSecret, brokers: GCN_BROKERS, topic: GCN_TOPIC, tokenUrl: GCN_TOKEN_URL });
}
