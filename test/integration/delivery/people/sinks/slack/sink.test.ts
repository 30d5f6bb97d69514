import { describe, expect, test } from 'vitest';
import { createSlackSink } from '../../../../../../src/delivery/people/sinks/slack/sink.js';
import { ALERT_ID, attempt, notice, ROWS } from '../../../../../support/notices.js';
import { SLACK, slackServerForEachTest } from '../../../../../support/slack-server.js';

const server = slackServerForEachTest();

function sink(settings: Partial<typeof SLACK> = {}) {
  return createSlackSink({ ...SLACK, apiUrl: server.url, ...settings });
}

describe('alerts on Slack', () => {
  test('of an event stand in one thread; a retraction shows in the channel too', async () => {
    const first = await sink().deliver(notice(), attempt());
    const reply = { recordNumber: 2, eventReceipt: first };
    const second = await sink().deliver(notice({ ...reply, kind: 'update' }), attempt());
    await sink().deliver(notice({ kind: 'retraction', rows: [], retracted: ROWS, eventReceipt: second }), attempt());
    const [initial, update, retraction] = server.messages;
    expect(initial).toMatchObject({ thread_ts: undefined, mrkdwn: false, text: expect.stringMatching(/^COINCIDENCE/) });
    expect(update).toMatchObject({ thread_ts: initial?.ts, reply_broadcast: false });
    expect(retraction).toMatchObject({ thread_ts: initial?.ts, reply_broadcast: true });
    expect(initial?.metadata).toEqual({
      event_type: 'snews_alert',
      event_payload: { alert_id: ALERT_ID, event_id: 'SN-20300101-1' },
    });
  });

  test('begin a new thread in another channel', async () => {
    await sink().deliver(notice({ eventReceipt: { channel: 'C0ANOTHER', ts: '1700000000.000100' } }), attempt());
    expect(server.messages[0]?.thread_ts).toBeUndefined();
  });

  test.each(['thread_not_found', 'message_not_found', 'silent'] as const)(
    'whose first message somebody deleted begin a new thread, each posted once (%s)',
    async (answer) => {
      const first = await sink().deliver(notice(), attempt());
      server.delete(server.messages[0]?.ts ?? '', answer);
      const second = await sink().deliver(notice({ kind: 'update', eventReceipt: first }), attempt());
      await sink().deliver(notice({ kind: 'update', eventReceipt: second }), attempt());
      const [, again, reply] = server.messages;
      expect(server.messages).toHaveLength(3);
      expect(again?.thread_ts).toBeUndefined();
      expect(reply?.thread_ts).toBe(again?.ts);
    },
  );

  test('that are taken without a word where they are count as delivered: the next one begins the thread', async () => {
    server.answerNext('nowhere');
    expect(await sink().deliver(notice(), attempt())).toBeNull();
    const second = await sink().deliver(notice({ kind: 'update' }), attempt());
    server.answerNext('nowhere');
    const third = await sink().deliver(notice({ kind: 'update', eventReceipt: second }), attempt());
    // The thread is known.
    expect(third).toEqual(second);
    expect(server.messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined, server.messages[1]?.ts]);
  });

  test.each([
    [
      { status: 429, retryAfter: 30 },
      { kind: 'transient', retryAfterMs: 30_000 },
    ],
    [{ status: 500 }, { kind: 'transient', message: 'Slack answers with HTTP status 500' }],
    [
      { status: 503, retryAfter: 5 },
      { kind: 'transient', retryAfterMs: 5_000 },
    ],
    [{ status: 404 }, { kind: 'permanent', message: expect.stringContaining('check SLACK_API_URL') }],
    [{ error: 'internal_error' }, { kind: 'transient' }],
    [{ error: 'is_archived' }, { kind: 'permanent', message: expect.stringContaining('the channel is archived') }],
    ['lost' as const, { kind: 'transient', message: expect.stringContaining('Slack does not answer') }],
  ])('that meet %j are tried once, and what is wrong is told', async (answer, error) => {
    server.answerNext(answer);
    await expect(sink().deliver(notice(), attempt())).rejects.toMatchObject({ name: 'DeliveryError', ...error });
    expect(server.calls()).toBe(1);
  });

  test('that somebody has to set up first say what to do, and never the token', async () => {
    const refused = (settings: Partial<typeof SLACK>) => sink(settings).deliver(notice(), attempt());
    await expect(refused({ token: 'xoxb-wrong-token' })).rejects.toMatchObject({
      kind: 'permanent',
      message: 'Slack answers invalid_auth: Slack rejects the token: check SLACK_TOKEN',
    });
    await expect(refused({ channel: 'C0NOWHERE' })).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('check SLACK_CHANNEL'),
    });
  });
});
