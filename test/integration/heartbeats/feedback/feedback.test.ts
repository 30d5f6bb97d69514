import { randomUUID } from 'node:crypto';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotifications } from '../../../../src/database/notifications.js';
import { createPool } from '../../../../src/database/pool.js';
import { createPrisma } from '../../../../src/database/prisma.js';
import { addDuration, fromPosixMilliseconds, seconds } from '../../../../src/domain/time.js';
import { createFeedbackRequests, type FeedbackRequests } from '../../../../src/heartbeats/feedback/feedback.js';
import { EMAIL_CHANNEL } from '../../../../src/heartbeats/lateness/channel.js';
import { createPictures } from '../../../../src/heartbeats/pictures.js';
import { openReads } from '../../../../src/reads/reads.js';
import { startLateness } from '../../../../src/service/lateness.js';
import { type ApiServer, startApiServer } from '../../../support/api-server.js';
import { heartbeat } from '../../../support/caches.js';
import { captureLog, silentLog } from '../../../support/logs.js';
import { type MailServer, mailerTo, type ReceivedMail, startMailServer } from '../../../support/mail-server.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const NOW = Date.now();
const soon = { timeout: 60_000, interval: 20 };
/** An administrator may give a detector any printable name. */
const HOSTILE = `<img src=x onerror=alert(1)>"'&`;

let server: ApiServer;
let mailbox: MailServer;
let feedback: FeedbackRequests;
let close: (() => Promise<unknown>)[];
const { log, lines, messages, text, clear } = captureLog();

beforeAll(async () => {
  [server, mailbox] = await Promise.all([startApiServer(), startMailServer()]);
  const { databaseUrl } = server;
  const pool = createPool(databaseUrl, log);
  const { prisma, reads, close: closeReads } = openReads(databaseUrl, log);
  const pictures = createPictures(log);
  const mailer = mailerTo(mailbox, log);
  feedback = createFeedbackRequests({ prisma, canMail: true, log });
  const watcher = startLateness({
    ...{ databaseUrl, pool, prisma, reads, mailer, pictures, feedback, log, slack: undefined },
    quietAfter: 24 * HOUR,
    admins: [],
    serverTag: 'snews-test',
    every: 24 * HOUR,
  });
  const notifications = createNotifications(databaseUrl, log);
  notifications.on(EMAIL_CHANNEL, watcher.wake);
  notifications.onListening(watcher.wake);
  notifications.start();
  close = [notifications.stop, watcher.stop, () => mailer.close(), () => pictures.stop(), closeReads, () => pool.end()];

  const theia = { id: 900, full_name: 'Theia', type: 'hybrid', site: 'Lead', latitude: 44, longitude: -103 };
  expect((await server.call('POST', '/v1/admin/detectors', { ...theia, name: HOSTILE })).status).toBe(201);
  for (const [detector_name, email] of [
    ['JUNO', 'shift@example.org'],
    ['JUNO', 'lead@example.org'],
    ['LZ', 'lz@example.org'],
    [HOSTILE, 'theia@example.org'],
  ]) {
    const contact = { detector_name, name: 'x', email };
    expect((await server.call('POST', '/v1/admin/contacts', contact)).status).toBe(201);
  }
});

afterAll(async () => {
  for (const one of close) await one();
  await mailbox.stop();
  await server.stop();
});

beforeEach(() => {
  clear();
});

afterEach(async () => {
  // Each test is a minute of its own.
  await server.query(`UPDATE feedback SET asked_at = asked_at - interval '1 hour'`);
});

function ask(detector: string, body?: unknown, key?: string) {
  return server.call('POST', `/v1/detectors/${encodeURIComponent(detector)}/feedback`, body, key);
}

/** All mails that wait have gone out: those that came, in order of their recipients. */
async function mails(): Promise<ReceivedMail[]> {
  await vi.waitFor(async () => {
    expect(await server.query(`SELECT FROM mail WHERE state = 'waiting'`)).toEqual([]);
  }, soon);
  return mailbox.mails.splice(0).sort((a, b) => a.recipient.localeCompare(b.recipient));
}

function recipients(received: readonly ReceivedMail[]): string[] {
  return received.map(({ recipient }) => recipient);
}

/** 22 heartbeats: every ten minutes, but once after two hours; the sixth says OFF. */
async function beatForHours(detector: string): Promise<{ readonly begin: number; readonly end: number }> {
  const begin = Math.floor((NOW - 12 * HOUR) / SECOND) * SECOND;
  const latencies = [0.1, 0.6, 0.2];
  let at = begin;
  for (let i = 0; i < 22; i++) {
    if (i > 0) at += (i === 11 ? 7_200 : 600) * SECOND;
    const latency = latencies[i];
    const sentTime = latency === undefined ? null : addDuration(fromPosixMilliseconds(at), seconds(-latency));
    const status = i === 5 ? 'OFF' : 'ON';
    const beat = { status, machineTime: null, sentTime } as const;
    await server.cacheService.archive(heartbeat(detector, at, status, { heartbeat: beat }));
  }
  return { begin, end: at };
}

describe('the feedback', () => {
  it('tells the last 24 h in words and figures, with the picture attached and in the text', async () => {
    const { begin, end } = await beatForHours('JUNO');
    const answer = await ask('JUNO', { email: 'shift@example.org' });
    expect([answer.status, answer.json]).toEqual([
      202,
      { id: expect.any(String), detector_name: 'JUNO', recipients: 1 },
    ]);
    const [received, ...others] = await mails();
    expect(others).toEqual([]);
    const mail = received?.parsed;
    expect(mail?.subject).toBe('[SNEWS] Heartbeats of JUNO');
    const utc = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC';
    const [intro, ...rest] = mail?.text?.trimEnd().split('\n') ?? [];
    const [, from = '', to = ''] =
      intro?.match(new RegExp(`^Heartbeats of JUNO between (${utc}) and (${utc}):$`)) ?? [];
    // 20 intervals of 600 s and one of 7,200 s: mean 914.29 s, σ = √(41,485,714 s² / 20) = 1,440.2 s.
    expect(rest).toEqual([
      '',
      'Heartbeats:         22 (21 ON, 1 OFF)',
      'Interval, mean ± σ: 914.3 s ± 1440.2 s',
      'Latency:            mean 0.300 s, median 0.200 s, from 0.100 s to 0.600 s (of 3 that say when they were sent)',
      '',
      'Gaps:',
      `  2 h 0 min, until ${new Date(begin + 13_200 * SECOND).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
      '',
      'Its status is LATE.',
      '',
      '-- ',
      'snews-test',
    ]);
    expect(mail?.attachments).toHaveLength(1);
    const [picture] = mail?.attachments ?? [];
    expect(picture).toMatchObject({ contentType: 'image/png', filename: 'heartbeats.png', related: true });
    // The parser has put the picture where its content id stood.
    expect(mail?.html).toMatch(/<img src="data:image\/png;base64,/);

    const png = PNG.sync.read(picture?.content as Buffer);
    expect([png.width, png.height]).toEqual([1600, 1056]);
    expect(png.data.subarray(0, 4).toString('hex')).toBe('ffffffff');
    // Time runs from pixel 84 to 976 of the 1,000 that become 1,600; the panel of intervals from 112 to 402.
    const span = { from: Date.parse(from.replace(' UTC', 'Z')), to: Date.parse(to.replace(' UTC', 'Z')) };
    const x = (time: number) => Math.round((84 + (892 * (time - span.from)) / (span.to - span.from)) * 1.6);
    expect(colours(png, x(begin + 3_000 * SECOND))).toEqual({ green: false, red: true });
    expect(colours(png, x(begin + 13_200 * SECOND))).toEqual({ green: true, red: false });
    expect(colours(png, x(end))).toEqual({ green: true, red: false });
    expect(colours(png, x(begin + 9_600 * SECOND))).toEqual({ green: false, red: false });
  });

  it('goes to all contacts of the detector if none is named, to each alone', async () => {
    expect((await ask('JUNO')).json.recipients).toBe(2);
    const received = await mails();
    expect(recipients(received)).toEqual(['lead@example.org', 'shift@example.org']);
    expect(received[0]?.raw).not.toContain('shift@example.org');
  });

  it('says so where no heartbeat came, and has no picture then', async () => {
    expect((await ask('LZ', { email: '' })).status).toBe(202);
    const [received] = await mails();
    expect(received?.parsed.text).toMatch(
      /^No heartbeat has come from LZ between .* UTC and .* UTC\.\n\nIts status is UNKNOWN\.\n/,
    );
    expect(received?.parsed.attachments).toEqual([]);
  });

  it('takes no markup and no header from a name', async () => {
    await beatForHours(HOSTILE);
    expect((await ask(HOSTILE)).status).toBe(202);
    const [received] = await mails();
    expect(received?.parsed.subject).toBe(`[SNEWS] Heartbeats of ${HOSTILE}`);
    expect(received?.parsed.text).toContain(`Heartbeats of ${HOSTILE} between`);
    expect(received?.parsed.html).not.toContain('<img src=x');
    expect(received?.parsed.html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect([...(received?.parsed.headers.keys() ?? [])]).not.toContain('bcc');
  });
});

describe('who may ask, and for whom', () => {
  it('a key of the detector and an admin key; nobody else', async () => {
    const own = await server.key({ name: 'juno', role: 'detector', detectors: ['JUNO'] });
    const other = await server.key({ name: 'lz', role: 'detector', detectors: ['LZ'] });
    const reader = await server.key({ name: 'r', role: 'reader', detectors: [] });
    expect((await ask('JUNO', {}, other)).status).toBe(403);
    expect((await ask('JUNO', {}, reader)).status).toBe(403);
    expect((await ask('JUNO', {}, '')).status).toBe(401);
    expect((await ask('Nobody', {})).status).toBe(404);
    expect((await ask('DUNE', {})).json.detail).toContain('DUNE has no contacts');
    expect((await ask('JUNO', { email: 7 })).status).toBe(400);
    expect(await mails()).toEqual([]);
    expect((await ask('JUNO', {}, own)).status).toBe(202);
    expect(await mails()).toHaveLength(2);
  });

  it('registered contacts of this detector alone; which they are only administrators are told', async () => {
    const own = await server.key({ name: 'juno', role: 'detector', detectors: ['JUNO'] });
    for (const email of [
      'shift@example.org;stranger@example.com',
      'lz@example.org',
      'shift@example.org,lead@example.org',
      'shift@example.org\r\nBcc: stranger@example.com',
      'Shift <shift@example.org>',
    ]) {
      const refused = await ask('JUNO', { email }, own);
      expect(refused.status, email).toBe(422);
      expect(refused.text).not.toContain('@');
      expect(refused.json.errors[0].path).toBe('/email');
    }
    const told = await ask('JUNO', { email: 'shift@example.org;stranger@example.com' });
    expect(told.json.detail).toContain(': stranger@example.com.');
    expect(told.json.detail).not.toContain('shift');
    expect(await mails()).toEqual([]);
    expect(server.logged()).not.toContain('@example');
  });

  it('once a minute', async () => {
    expect((await ask('JUNO', {})).status).toBe(202);
    const again = await ask('JUNO', {});
    expect(again.status).toBe(429);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('LZ', {})).status).toBe(202);
    expect(recipients(await mails())).toEqual(['lead@example.org', 'lz@example.org', 'shift@example.org']);
  });

  it('as the message of snews_pt over REST too, for administrators', async () => {
    const message = {
      _id: '0_Get-Feedback',
      email: 'shift@example.org;lead@example.org',
      detector_name: 'JUNO',
      meta: {},
    };
    const own = await server.key({ name: 'juno', role: 'detector', detectors: ['JUNO'] });
    expect((await server.call('POST', '/v1/messages', message, own)).status).toBe(403);
    const answer = await server.call('POST', '/v1/messages', message);
    expect([answer.status, answer.json.recipients]).toEqual([202, 2]);
    expect(await mails()).toHaveLength(2);
  });
});

describe('a command that came over Kafka', () => {
  /** Keeps a command as the stream reader does. @param askedAt POSIX milliseconds */
  async function keep(email: unknown, askedAt: number, detector = 'JUNO'): Promise<void> {
    const { heartbeat: _, ...command } = heartbeat(detector, askedAt);
    const body = JSON.stringify({ _id: '0_Get-Feedback', email, detector_name: detector, meta: {} });
    await server.cacheService.archive({ ...command, uuid: randomUUID(), tier: 'Get-Feedback', content: '', body });
  }

  it('is carried out once, whoever does, for those that are registered; the others are refused in the log', async () => {
    await keep('shift@example.org;stranger@example.com;\u0007;<b>@x', Date.now());
    await Promise.all([feedback.takeCommands(), feedback.takeCommands()]);
    expect(recipients(await mails())).toEqual(['shift@example.org']);
    await feedback.takeCommands();
    expect(await mails()).toEqual([]);
    const refusals = lines.filter(({ message }) => message === 'feedback:address-not-registered');
    expect(refusals.map(({ details }) => details)).toEqual([
      { message: expect.any(String), detector: 'JUNO', rejected: 3 },
    ]);
    expect(text()).not.toMatch(/@example|stranger/);
  });

  it('mails nobody a second time within a minute, and nothing that was asked for yesterday', async () => {
    const now = Date.now();
    for (const [email, at] of [
      [null, now - 25 * HOUR],
      ['stranger@example.com', now - 3_000],
      ['', now - 2_000],
      ['lead@example.org', now - 1_000],
      [{ no: 'list' }, now],
    ] as const) {
      await keep(email, at);
    }
    await feedback.takeCommands();
    expect(recipients(await mails())).toEqual(['lead@example.org', 'shift@example.org']);
    expect(messages().filter((message) => message.startsWith('feedback:'))).toEqual([
      'feedback:address-not-registered',
      'feedback:granted',
      'feedback:rejected',
      'feedback:address-not-registered',
    ]);
  });

  it('counts the minute by the clock of the server, whatever time a command bears', async () => {
    const now = Date.now();
    const prisma = createPrisma(server.databaseUrl, silentLog);
    const take = (secondsAgo: number) =>
      createFeedbackRequests({
        prisma,
        canMail: true,
        now: () => new Date(now - secondsAgo * SECOND),
        log: silentLog,
      }).takeCommands();
    try {
      // Ten minutes apart, as their sender says, and one of next month.
      for (const at of [now - 1_200 * SECOND, now - 600 * SECOND, now + 720 * HOUR])
        await keep('shift@example.org', at);
      await take(61);
      expect(recipients(await mails())).toEqual(['shift@example.org']);
      await keep('lead@example.org', now - 2 * HOUR);
      await take(31);
      expect(await mails()).toEqual([]);
      await keep('lead@example.org', now - HOUR);
      await take(0);
      expect(recipients(await mails())).toEqual(['lead@example.org']);
    } finally {
      await prisma.$disconnect();
    }
  });

  it('is refused where no mail can be sent', async () => {
    const unable = await startApiServer({ canMail: false });
    try {
      const contact = { detector_name: 'JUNO', name: 'x', email: 'shift@example.org' };
      await unable.call('POST', '/v1/admin/contacts', contact);
      const refused = await unable.call('POST', '/v1/detectors/JUNO/feedback', {});
      expect([refused.status, refused.json.detail]).toEqual([422, 'This server sends no e-mail: SMTP_URL is not set.']);
    } finally {
      await unable.stop();
    }
  });
});

/** Whether there is green, or red, in a column of the panel of intervals. @param x in pixels */
function colours(png: PNG, x: number): { green: boolean; red: boolean } {
  const found = { green: false, red: false };
  for (let y = Math.round(112 * 1.6); y < 402 * 1.6; y++) {
    const [red = 0, green = 0, blue = 0] = png.data.subarray((y * png.width + x) * 4);
    // Mean and bands are blue.
    if (green - red > 100 && green > blue) found.green = true;
    if (red - green > 100) found.red = true;
  }
  return found;
}
