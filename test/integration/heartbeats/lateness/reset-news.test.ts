import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createNotifications } from '../../../../src/database/notifications.js';
import { createPool } from '../../../../src/database/pool.js';
import { EMAIL_CHANNEL } from '../../../../src/heartbeats/lateness/channel.js';
import { openReads } from '../../../../src/reads/reads.js';
import { startLateness } from '../../../../src/service/lateness.js';
import { cachesForEachTest, observation, RECEIVED, reset } from '../../../support/caches.js';
import { captureLog } from '../../../support/logs.js';
import { mailerTo, mailServerForEachTest } from '../../../support/mail-server.js';
import { SLACK, slackServerForEachTest } from '../../../support/slack-server.js';

const KAFKA_UUID = '5b4f0c6e-43b6-4b3f-9a2c-3f61c9f5b0aa';
const ADMINS = ['one@example.org', 'two@example.org'];

const caches = cachesForEachTest({ tellOfResets: { emails: ADMINS, slack: true } });
const mailbox = mailServerForEachTest();
const slack = slackServerForEachTest();
let opened: (() => Promise<unknown> | unknown)[];
const { log, messages, text, clear } = captureLog();

beforeEach(() => {
  opened = [];
  clear();
});

afterEach(async () => {
  for (const close of opened.reverse()) await close();
});

/** A replica that tells, as long as it leads. It looks by itself once a day: what comes at once was woken. */
function startReplica(): void {
  const pool = createPool(caches.databaseUrl, log);
  const { prisma, reads, close } = openReads(caches.databaseUrl, log);
  const mailer = mailerTo(mailbox, log);
  const watcher = startLateness({
    databaseUrl: caches.databaseUrl,
    pool,
    prisma,
    reads,
    mailer,
    slack: { ...SLACK, apiUrl: slack.url },
    pictures: { png: () => Promise.reject(new Error('there is nothing to draw')) },
    feedback: { takeCommands: async () => undefined },
    quietAfter: 86_400_000,
    admins: ADMINS,
    serverTag: 'snews-test',
    log,
    every: 86_400_000,
  });
  const notifications = createNotifications(caches.databaseUrl, log);
  notifications.on(EMAIL_CHANNEL, watcher.wake);
  notifications.onListening(watcher.wake);
  notifications.start();
  opened.push(
    () => pool.end(),
    close,
    () => mailer.close(),
    watcher.stop,
    notifications.stop,
  );
}

async function allTold(): Promise<void> {
  const waiting = () =>
    caches.query(`SELECT id FROM mail WHERE state <> 'sent' UNION SELECT id FROM slack_post WHERE state <> 'sent'`);
  await vi.waitFor(async () => expect((await waiting()).rows).toEqual([]), { timeout: 60_000, interval: 100 });
}

const recipients = () => mailbox.mails.map(({ recipient }) => recipient).toSorted();

/** The command 0_hard-reset, as it comes over Kafka. */
async function resetOverKafka() {
  await caches.query(`INSERT INTO stream_position VALUES ('a cluster', 'observations', 0, 7, now())`);
  const letter = () => ({
    uuid: KAFKA_UUID,
    offset: 7n,
    receivedMs: Number(RECEIVED / 1_000_000n),
    headers: [],
    value: null,
  });
  const command = { ...reset(), uuid: KAFKA_UUID, reason: 'command 0_hard-reset', actor: 'kafka:observations/0/7' };
  return caches.service.take({
    lane: 'live',
    partition: { cluster: 'a cluster', topic: 'observations', partition: 0 },
    expected: 7n,
    next: 8n,
    items: [{ letter, command }],
  });
}

describe('administrators are told of a reset of the live cache', () => {
  test('at once and once, by mail and Slack, with the way back, whichever of two replicas tells', async () => {
    startReplica();
    startReplica();
    await vi.waitFor(async () => expect((await caches.query('SELECT FROM watch')).rowCount).toBe(1), 60_000);
    await caches.service.observe(observation('JUNO', RECEIVED));
    const { id } = await caches.service.reset({ ...reset(), reason: 'calibration <@U1> & data', actor: '4fz81qk0' });
    await allTold();
    expect(recipients()).toEqual(ADMINS);
    const [mail] = mailbox.mails;
    expect(mail?.parsed.subject).toBe('[SNEWS] the live cache was reset');
    for (const text of [
      '1 observation was dropped',
      'By:               4fz81qk0',
      'Why:              calibration <@U1> & data',
      `snews reset --undo ${id}`,
      'snews-test',
    ]) {
      expect(mail?.parsed.text).toContain(text);
    }
    expect(slack.messages).toHaveLength(1);
    expect(slack.messages[0]?.text).toContain('calibration &lt;@U1&gt; &amp; data');
    expect(JSON.stringify(slack.messages[0]?.blocks)).toContain(`snews reset --undo ${id}`);
  });

  test('over Kafka too', async () => {
    startReplica();
    await resetOverKafka();
    await allTold();
    expect(recipients()).toEqual(ADMINS);
    expect(mailbox.mails[0]?.parsed.text).toContain('kafka:observations/0/7');
    expect(mailbox.mails[0]?.parsed.text).toContain(`snews reset --undo ${KAFKA_UUID}`);
    expect(slack.messages).toHaveLength(1);
  });

  test('also if the server ends after the reset, or mail and Slack are away for a while', async () => {
    mailbox.behave(() => 'down');
    slack.answerAlways({ error: 'invalid_auth' });
    await caches.service.reset(reset());
    startReplica();
    const postponed = ['email:postponed', 'slack-post:postponed'];
    await vi.waitFor(() => expect(messages()).toEqual(expect.arrayContaining(postponed)), 60_000);
    mailbox.behave(() => 'take');
    slack.answerAlways(undefined);
    await caches.query(`UPDATE mail SET next_try_at = now(); UPDATE slack_post SET next_try_at = now()`);
    await caches.query(`SELECT pg_notify('${EMAIL_CHANNEL}', '')`);
    await allTold();
    expect(recipients()).toEqual(ADMINS);
    expect(slack.messages).toHaveLength(1);
    expect(text()).not.toContain(SLACK.token);
  });
});

test('nobody is told of other caches, nor of a reset that was not done', async () => {
  await caches.service.reset(reset('test'));
  await caches.service.reset(reset('firedrill'));
  await resetOverKafka();
  expect((await resetOverKafka().catch(() => undefined))?.kind).not.toBe('taken');
  const { rows } = await caches.query(
    'SELECT (SELECT count(*)::int FROM mail) AS mails, count(*)::int AS posts FROM slack_post',
  );
  expect(rows).toEqual([{ mails: 2, posts: 1 }]);
});
