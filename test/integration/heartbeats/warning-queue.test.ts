import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPool } from '../../../src/database/pool.js';
import { createSlackChannel } from '../../../src/delivery/people/sinks/slack/channel.js';
import { createEmailQueue } from '../../../src/heartbeats/lateness/email-queue.js';
import { createSlackQueue } from '../../../src/heartbeats/lateness/slack-queue.js';
import { EmailError } from '../../../src/mail/mail-error.js';
import type { Mailer } from '../../../src/mail/mailer.js';
import { openReads } from '../../../src/reads/reads.js';
import { startLateness } from '../../../src/service/lateness.js';
import { type Caches, openCaches } from '../../support/caches.js';
import { createManualClock, type ManualClock } from '../../support/manual-clock.js';
import { SLACK, type SlackServer, startSlackServer } from '../../support/slack-server.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const FACTS = {
  kind: 'reset',
  reset: randomUUID(),
  at: '2026-11-25T01:30:00Z',
  actor: 'somebody',
  reason: 'a test',
  dropped: 1,
  undo_until: '2026-11-26T01:30:00Z',
};

let caches: Caches;
let pool: pg.Pool;
let slack: SlackServer;
let clock: ManualClock;
let lines: { readonly message: string; readonly details: Readonly<Record<string, unknown>> }[];

const write = (details: object, message: string) => void lines.push({ message, details: { ...details } });
const log = { debug: write, info: write, warn: write, error: write };
const said = (message: string) => lines.filter((line) => line.message === message);

beforeEach(async () => {
  lines = [];
  [caches, slack] = await Promise.all([openCaches(), startSlackServer()]);
  pool = createPool(caches.databaseUrl, log);
  clock = createManualClock();
});

afterEach(async () => {
  await pool.end();
  await slack.stop();
  await caches.close();
});

function eventually(expectation: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(expectation, { timeout: 60_000, interval: 10 });
}

/** Stores an e-mail or a post that is due. */
async function store(table: 'mail' | 'slack_post', kind = 'reset'): Promise<string> {
  const id = randomUUID();
  const [column, value] = table === 'mail' ? [', email', `, 'admin@example.org'`] : ['', ''];
  await caches.query(
    `INSERT INTO ${table} (id, kind, cause, facts, created_at, next_try_at${column}) VALUES ($1, $2, $1, $3, $4, $4${value})`,
    [id, kind, { ...FACTS, kind }, new Date(clock.now())],
  );
  return id;
}

async function stored(table: 'mail' | 'slack_post'): Promise<Record<string, unknown>[]> {
  return (await caches.query(`SELECT * FROM ${table} ORDER BY created_at, id`)).rows;
}

/** A mail server that answers when a test says so. */
function slowMailer() {
  const sent: (string | undefined)[] = [];
  const answers: { take(): void; fail(error: Error): void }[] = [];
  const mailer: Mailer = {
    domain: 'example.org',
    send: (mail) =>
      new Promise((take, fail) => {
        sent.push(mail.messageId);
        answers.push({ take, fail });
      }),
    verify: async () => undefined,
    close: async () => undefined,
  };
  return { mailer, sent, answers };
}

/** A replica that sends e-mails. */
function emails(mailer: Mailer, parts: { readonly clock?: ManualClock; readonly pool?: pg.Pool } = {}) {
  const compose = async () => ({ subject: 'the live cache was reset', text: 'It was.' });
  const queue = createEmailQueue({ pool, clock, mailer, compose, log, ...parts });
  const stop = new AbortController();
  return {
    queue,
    send: () => queue.sendDue(stop.signal, () => true),
    stop(): void {
      queue.finish();
      stop.abort();
    },
  };
}

describe('an e-mail of which nobody knows whether it was sent', () => {
  test('is sent again under the same id when the lease of the replica that died has expired, and not before', async () => {
    const id = await store('mail');
    const dead = slowMailer();
    void emails(dead.mailer, { clock: createManualClock(clock.now()) }).send();
    await eventually(() => expect(dead.sent).toEqual([`<${id}@example.org>`]));
    const heir = slowMailer();
    const replica = emails(heir.mailer);
    await replica.queue.retryFailed();
    clock.advance(5 * MINUTE - 1);
    await replica.send();
    expect(heir.sent).toEqual([]);
    clock.advance(1);
    const sending = replica.send();
    await eventually(() => expect(heir.sent).toEqual(dead.sent));
    heir.answers[0]?.take();
    await sending;
    expect(said('email:answer-lost')).toMatchObject([{ details: { email: id, tries: 1 } }]);
    expect(await stored('mail')).toMatchObject([{ state: 'sent', tries: 2 }]);
  });

  test('is not changed by the replica that comes too late', async () => {
    await store('mail');
    const late = slowMailer();
    const sendingLate = emails(late.mailer, { clock: createManualClock(clock.now()) }).send();
    await eventually(() => expect(late.sent).toHaveLength(1));
    clock.advance(5 * MINUTE);
    const heir = slowMailer();
    const sending = emails(heir.mailer).send();
    await eventually(() => expect(heir.sent).toHaveLength(1));
    late.answers[0]?.fail(new EmailError('450 later', false, true));
    await sendingLate;
    expect(said('email:taken-over')).toHaveLength(1);
    // The lease of the try that is under way.
    expect(await stored('mail')).toMatchObject([
      { state: 'waiting', last_error: null, next_try_at: new Date(clock.now() + 5 * MINUTE) },
    ]);
    heir.answers[0]?.take();
    await sending;
    expect(await stored('mail')).toMatchObject([{ state: 'sent', last_error: null, tries: 2 }]);
  });
});

describe('an e-mail that was sent while the database went away', () => {
  test('is recorded when the database is back, and not sent again', async () => {
    await store('mail');
    const { mailer, sent, answers } = slowMailer();
    let isAway = false;
    const away = {
      async query(...given: [never]) {
        if (isAway) throw new Error('the database is away');
        return pool.query(...given);
      },
    } as unknown as pg.Pool;
    const sending = emails(mailer, { pool: away }).send();
    await eventually(() => expect(sent).toHaveLength(1));
    isAway = true;
    answers[0]?.take();
    await eventually(() => {
      clock.advance(SECOND);
      expect(said('email:not-recorded').length).toBeGreaterThan(3);
    });
    isAway = false;
    await eventually(async () => {
      clock.advance(SECOND);
      expect(await stored('mail')).toMatchObject([{ state: 'sent' }]);
    });
    await sending;
    clock.advance(HOUR);
    await emails(mailer).send();
    expect(sent).toHaveLength(1);
  });
});

describe('a stop', () => {
  test('lets an e-mail finish that is being sent', async () => {
    await store('mail');
    const { mailer, answers } = slowMailer();
    const replica = emails(mailer);
    const sending = replica.send();
    await eventually(() => expect(answers).toHaveLength(1));
    replica.stop();
    answers[0]?.take();
    await sending;
    expect(await stored('mail')).toMatchObject([{ state: 'sent', tries: 1 }]);
  });

  test('ends it after 5 s, and begins no other', async () => {
    await store('mail');
    await store('mail');
    const { mailer, answers } = slowMailer();
    const replica = emails(mailer);
    const sending = replica.send();
    await eventually(() => expect(answers).toHaveLength(1));
    replica.stop();
    await eventually(() => expect(clock.waiting()).toBe(1));
    clock.advance(5 * SECOND);
    await sending;
    expect(answers).toHaveLength(1);
    expect(said('email:postponed')).toHaveLength(1);
    expect((await stored('mail')).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  });

  test('of a server whose post to Slack hangs takes no longer', async () => {
    slack.answerAlways('hang');
    await store('slack_post');
    const { prisma, reads, close } = openReads(caches.databaseUrl, log);
    const watcher = startLateness({
      ...{ databaseUrl: caches.databaseUrl, pool, prisma, reads, mailer: undefined, log: log as never },
      slack: { ...SLACK, apiUrl: slack.url },
      pictures: { png: () => Promise.reject(new Error('there is nothing to draw')) },
      feedback: { takeCommands: async () => undefined },
      quietAfter: 24 * HOUR,
      admins: [],
      serverTag: 'snews-test',
      clock,
      every: 24 * HOUR,
    });
    await eventually(() => expect(slack.calls()).toBe(1));
    const stopping = watcher.stop();
    await eventually(() => expect(clock.waiting()).toBe(1));
    clock.advance(5 * SECOND);
    const began = performance.now();
    await stopping;
    // No time is left to wait for. The client of Slack waits for an answer for 15 s.
    expect(performance.now() - began).toBeLessThan(10 * SECOND);
    expect(await stored('slack_post')).toMatchObject([{ state: 'waiting', tries: 1 }]);
    await close();
  });
});

test('a mail server that takes more than a minute is not waited for, nor tried with the next e-mail', async () => {
  await store('mail');
  await store('mail');
  const { mailer, answers } = slowMailer();
  const sending = emails(mailer).send();
  await eventually(() => expect(answers).toHaveLength(1));
  clock.advance(MINUTE);
  await sending;
  expect(said('email:postponed')[0]?.details['error']).toContain('whether it arrived is not known');
  expect(answers).toHaveLength(1);
});

test('a pause that Slack asks for is kept', async () => {
  slack.answerNext({ status: 429, retryAfter: 120 });
  await store('slack_post');
  await store('slack_post');
  const channel = createSlackChannel({ ...SLACK, apiUrl: slack.url });
  const queue = createSlackQueue({ pool, clock, slack: channel, redact: (text) => text, serverTag: 'test', log });
  const send = () => queue.sendDue(new AbortController().signal, () => true);
  await send();
  clock.advance(119 * SECOND);
  await send();
  expect(slack.messages).toHaveLength(0);
  clock.advance(2 * SECOND);
  await send();
  expect(slack.messages).toHaveLength(2);
});

test('an e-mail of a later release waits for a replica that can write it, for 24 h', async () => {
  await caches.query('ALTER TABLE mail DROP CONSTRAINT mail_kind');
  await store('mail', 'of a later release');
  const { mailer, sent } = slowMailer();
  const replica = emails(mailer);
  clock.advance(24 * HOUR - 1);
  await replica.send();
  expect(await stored('mail')).toMatchObject([{ state: 'waiting', tries: 0 }]);
  clock.advance(1);
  await replica.send();
  expect(await stored('mail')).toMatchObject([{ state: 'dropped', tries: 0 }]);
  expect(said('email:failed')).toHaveLength(1);
  expect(sent).toEqual([]);
});
