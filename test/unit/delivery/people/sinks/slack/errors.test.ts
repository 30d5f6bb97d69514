import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { expect, test } from 'vitest';
import { DeliveryError } from '../../../../../../src/delivery/people/sinks/sink.js';
import { asDeliveryError, isThreadGone } from '../../../../../../src/delivery/people/sinks/slack/errors.js';

const answers = (code: string) => new WebAPIPlatformError({ ok: false, error: code });
const responds = (status: number, headers: Record<string, string> = {}) => new WebAPIHTTPError(status, '', headers);

test.each([
  ['a limit of the rate', new WebAPIRateLimitedError(30), 'transient', 30_000, 'rate limited for 30 s'],
  ['an error of Slack itself', answers('internal_error'), 'transient', undefined, 'internal_error'],
  ['an error with advice', answers('not_in_channel'), 'permanent', undefined, 'invite it'],
  ['an error that nobody knows', answers('something_new'), 'permanent', undefined, 'something_new'],
  ['a server in trouble', responds(503), 'transient', undefined, 'HTTP status 503'],
  ['a server that says when', responds(500, { 'Retry-After': '12' }), 'transient', 12_000, '500'],
  ['a wait that is no number', responds(500, { 'retry-after': 'soon' }), 'transient', undefined, '500'],
  ['a time-out of the server', responds(408), 'transient', undefined, '408'],
  ['another server', responds(404), 'permanent', undefined, 'check SLACK_API_URL'],
  ['no answer', new WebAPIRequestError(new Error('socket hang up')), 'transient', undefined, 'socket hang up'],
  ['any other error', new Error('out of files'), 'transient', undefined, 'out of files'],
  ['something thrown that is no error', 'a text', 'transient', undefined, 'a text'],
])('%s is understood', (_, error, kind, retryAfterMs, text) => {
  const understood = asDeliveryError(error);
  expect(understood).toMatchObject({ kind, retryAfterMs });
  expect(understood.message).toContain(text);
});

test('what is understood already stays as it is', () => {
  const error = new DeliveryError('Slack: no', 'permanent');
  expect(asDeliveryError(error)).toBe(error);
});

test('a thread that is gone is told from a channel that is', () => {
  expect(isThreadGone(answers('thread_not_found'))).toBe(true);
  expect(isThreadGone(answers('channel_not_found'))).toBe(false);
  expect(isThreadGone(new Error('thread_not_found'))).toBe(false);
});
