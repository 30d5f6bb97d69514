import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { DeliveryError } from '../sink.js';

/** Transient errors of chat.postMessage, from its reference. */
const TRANSIENT = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** Errors that say that the thread does not exist any more, or that nobody may reply there. */
const THREAD_GONE = new Set([
  'thread_not_found',
  'message_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
]);

/** What to do about permanent errors. */
const ADVICE: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such channel, or it is private: check SLACK_CHANNEL, and invite the app to it',
  not_in_channel: 'the app is not in the channel: invite it',
  is_archived: 'the channel is archived: unarchive it, or set SLACK_CHANNEL to another one',
  invalid_auth: 'Slack rejects the token: check SLACK_TOKEN',
  not_authed: 'Slack got no token: check SLACK_TOKEN',
  account_inactive: 'the token belongs to a workspace or bot that is gone: make a new SLACK_TOKEN',
  token_revoked: 'the token was revoked: make a new SLACK_TOKEN',
  token_expired: 'the token has expired: make a new SLACK_TOKEN',
  missing_scope: 'the token lacks a scope: give the app chat:write, and install it again',
  no_permission: 'the token may not post there: give the app chat:write, and invite it to the channel',
  restricted_action: 'a setting of the workspace keeps the app from posting there: ask its administrators',
  org_login_required: 'the workspace is being moved: ask its administrators',
};

/** Whether it could be posted outside of the thread. */
export function isThreadGone(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && THREAD_GONE.has(error.data.error);
}

/** What an error of the client means for the delivery. The message contains nothing of what was sent. */
export function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof WebAPIRateLimitedError) {
    const milliseconds = error.retryAfter * 1000;
    return new DeliveryError(`Slack: rate limited for ${error.retryAfter} s`, 'transient', milliseconds);
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    const advice = ADVICE[code] === undefined ? '' : `: ${ADVICE[code]}`;
    return new DeliveryError(`Slack answers ${code}${advice}`, TRANSIENT.has(code) ? 'transient' : 'permanent');
  }
  if (error instanceof WebAPIHTTPError) {
    const { statusCode, headers } = error;
    const isTransient = statusCode >= 500 || statusCode === 408;
    return new DeliveryError(
      `Slack answers with HTTP status ${statusCode}${isTransient ? '' : ': check SLACK_API_URL'}`,
      isTransient ? 'transient' : 'permanent',
      retryAfter(headers),
    );
  }
  if (error instanceof WebAPIRequestError) {
    return new DeliveryError(`Slack does not answer: ${error.original.message}`, 'transient');
  }
  return new DeliveryError(error instanceof Error ? error.message : String(error), 'transient');
}

/** Milliseconds that the header `Retry-After` asks for. */
function retryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const [, value = ''] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
  return /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}
