import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { forEachTest } from './for-tests.js';

export interface PostedMessage {
  readonly ts: string;
  readonly thread_ts: string | undefined;
  readonly reply_broadcast: boolean;
  readonly text: string;
  readonly mrkdwn: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: blocks are of many shapes
  readonly blocks: any[];
  readonly metadata: { readonly event_type: string; readonly event_payload: Readonly<Record<string, string>> };
  /** The arguments as they came. */
  readonly body: string;
}

/** What the server answers instead of taking a message. */
export type SlackAnswer =
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly error: string }
  /** Takes the message; the answer is lost. */
  | 'lost'
  /** Takes the message, and doesn't say where it is. */
  | 'nowhere'
  | 'hang';

export const SLACK = { token: 'xoxb-1234-secret-of-the-tests', channel: 'C024BE91L' };

export type SlackServer = Awaited<ReturnType<typeof startSlackServer>>;

/**
 * auth.test, conversations.info and chat.postMessage as https://docs.slack.dev/reference/methods publishes them: its arguments, its limits
 * on blocks, its errors with `ok: false` and status 200, rate limits with status 429 and `Retry-After`.
 */
export async function startSlackServer() {
  const messages: PostedMessage[] = [];
  const calls: number[] = [];
  /** Messages that somebody deleted, and how Slack meets replies to them. */
  const deleted = new Map<string, string>();
  let answers: SlackAnswer[] = [];
  let always: SlackAnswer | undefined;

  const server = createServer(async (request, response) => {
    const body = await text(request);
    calls.push(Date.now());
    if (request.method === 'POST' && request.url === '/api/auth.test') {
      const error = errorOfToken(request.headers.authorization);
      return answer(
        response,
        200,
        error === undefined ? { ok: true, team: 'SNEWS', user: 'snewsbot' } : { ok: false, error },
      );
    }
    if (request.method === 'POST' && request.url === '/api/conversations.info') {
      const isKnown = new URLSearchParams(body).get('channel') === SLACK.channel;
      const channel = { id: SLACK.channel, name: 'alerts', is_member: true };
      return answer(response, 200, isKnown ? { ok: true, channel } : { ok: false, error: 'channel_not_found' });
    }
    if (request.method !== 'POST' || request.url !== '/api/chat.postMessage') return answer(response, 404, {});
    const scripted = answers.shift() ?? always;
    if (scripted === 'hang') return;
    if (scripted !== undefined && scripted !== 'lost' && scripted !== 'nowhere') {
      if ('error' in scripted) return answer(response, 200, { ok: false, error: scripted.error });
      const after = scripted.retryAfter === undefined ? {} : { 'retry-after': String(scripted.retryAfter) };
      return answer(response, scripted.status, { ok: false, error: 'ratelimited' }, after);
    }
    const given = new URLSearchParams(body);
    const error = errorOf(request.headers.authorization, given, messages, deleted);
    if (error !== undefined) return answer(response, 200, { ok: false, error });
    const thread = given.get('thread_ts');
    const isUnthreaded = thread !== null && deleted.get(thread) === 'silent';
    const ts = `17000000${String(messages.length).padStart(2, '0')}.000100`;
    messages.push({
      ts,
      thread_ts: thread === null || isUnthreaded ? undefined : thread,
      reply_broadcast: given.get('reply_broadcast') === 'true',
      text: given.get('text') ?? '',
      mrkdwn: given.get('mrkdwn') !== 'false',
      blocks: JSON.parse(given.get('blocks') ?? '[]'),
      metadata: JSON.parse(given.get('metadata') ?? 'null'),
      body,
    });
    if (scripted === 'lost') return response.destroy();
    if (scripted === 'nowhere') return answer(response, 200, { ok: true });
    const message = thread === null || isUnthreaded ? { ts } : { ts, thread_ts: thread };
    answer(response, 200, { ok: true, channel: SLACK.channel, ts, message });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    messages,
    calls: () => calls.length,
    /** To the next calls, one each. */
    answerNext(...next: SlackAnswer[]): void {
      answers = next;
    },
    /** To all calls from now on; undefined: takes them. */
    answerAlways(answer: SlackAnswer | undefined): void {
      always = answer;
    },
    /**
     * Somebody deletes a message.
     * @param answer what replies to it are answered with; silent: they are taken and stand in the channel, outside of any
     * thread. Both were seen (slackapi/bolt-js#2307, slack-go/slack#1571).
     */
    delete(ts: string, answer: 'thread_not_found' | 'message_not_found' | 'silent'): void {
      deleted.set(ts, answer);
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function errorOfToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return 'not_authed';
  return authorization === `Bearer ${SLACK.token}` ? undefined : 'invalid_auth';
}

function errorOf(
  authorization: string | undefined,
  given: URLSearchParams,
  messages: readonly PostedMessage[],
  deleted: ReadonlyMap<string, string>,
) {
  const unknown = errorOfToken(authorization);
  if (unknown !== undefined) return unknown;
  if (given.get('channel') !== SLACK.channel) return 'channel_not_found';
  if (!given.get('text')) return 'no_text';
  const thread = given.get('thread_ts');
  const gone = thread === null ? undefined : deleted.get(thread);
  if (gone !== undefined && gone !== 'silent') return gone;
  if (thread !== null && !messages.some(({ ts, thread_ts }) => ts === thread && thread_ts === undefined)) {
    return 'invalid_thread_ts';
  }
  return areBlocks(JSON.parse(given.get('blocks') ?? '[]')) ? undefined : 'invalid_blocks';
}

// biome-ignore lint/suspicious/noExplicitAny: whatever came
function areBlocks(blocks: any[]): boolean {
  const isText = (element: { type: string; text: string }, most: number) =>
    element.type === 'plain_text' && element.text.length >= 1 && element.text.length <= most;
  if (blocks.length > 50 || blocks.filter(({ type }) => type === 'table').length > 1) return false;
  return blocks.every((block) => {
    switch (block.type) {
      case 'header':
        return isText(block.text, 150);
      case 'section':
        return isText(block.text, 3000);
      case 'context':
        return block.elements.length <= 10 && block.elements.every((element: never) => isText(element, 2000));
      case 'table':
        return (
          block.rows.length <= 100 &&
          block.rows.every((row: { type: string; text: string }[]) => {
            return row.length <= 20 && row.every((cell) => cell.type === 'raw_text' && cell.text.length > 0);
          })
        );
      default:
        return false;
    }
  });
}

export function slackServerForEachTest(): SlackServer {
  return forEachTest(startSlackServer, (server) => server.stop());
}
