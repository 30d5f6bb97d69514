import { LogLevel, WebClient } from '@slack/web-api';
import type { SlackSettings } from './settings.js';

const ANSWER_MILLISECONDS = 15_000;

/** Slack's own client without its retries: callers have their own. */
export function createSlackClient({ token, apiUrl }: SlackSettings): WebClient {
  return new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: ANSWER_MILLISECONDS,
    allowAbsoluteUrls: false,
    // It would log what it sends.
    logLevel: LogLevel.ERROR,
  });
}
