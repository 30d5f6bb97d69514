import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEmailSink } from '../../../../../../src/delivery/people/sinks/email/sink.js';
import { createMailer, type Mailer } from '../../../../../../src/mail/mailer.js';
import { readSmtpUrl } from '../../../../../../src/mail/smtp-url.js';
import { captureLog, silentLog } from '../../../../../support/logs.js';
import { mailServerForEachTest } from '../../../../../support/mail-server.js';
import { ALERT_ID, attempt, FIRST_ALERT_ID, notice, ROWS, row } from '../../../../../support/notices.js';

const LOGIN = { username: 'snews', password: 'p@ss word' };

const server = mailServerForEachTest(LOGIN);
let mailer: Mailer;

function mailerFor(url: string): Mailer {
  const settings = readSmtpUrl(url);
  if (settings === undefined) throw new Error(`not an SMTP URL: ${url}`);
  return createMailer({ ...settings, from: { name: 'SNEWS', address: 'alerts@example.org' } }, silentLog);
}

function sinkTo(...recipients: readonly string[]) {
  return createEmailSink({ mailer, recipients: async () => recipients, log: silentLog });
}

beforeEach(() => {
  mailer = mailerFor(server.url);
});

afterEach(() => mailer.close());

describe('alerts by mail', () => {
  test('go to each recipient alone, in text and HTML, and hang together as a thread', async () => {
    const sink = sinkTo('one@example.org', 'two@example.org', 'ONE@example.org');
    expect(await sink.deliver(notice(), attempt())).toEqual({ recipients: 2 });
    await sink.deliver(notice({ kind: 'update', recordNumber: 2, firstAlertId: FIRST_ALERT_ID }), attempt());
    expect(server.mails.map(({ recipient }) => recipient).sort()).toEqual([
      'one@example.org',
      'one@example.org',
      'two@example.org',
      'two@example.org',
    ]);
    for (const { recipient, raw, parsed } of server.mails) {
      expect(parsed.to).toMatchObject({ value: [{ address: recipient }] });
      expect(parsed.from?.value).toEqual([{ name: 'SNEWS', address: 'alerts@example.org' }]);
      expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
      expect(parsed.date?.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
      expect(raw.includes(recipient === 'one@example.org' ? 'two@example.org' : 'one@example.org')).toBe(false);
      expect(parsed.messageId).toBe(`<${ALERT_ID}@example.org>`);
      expect(parsed.text).toContain('+3.921000877');
      expect(parsed.html).toContain('+3.921000877');
    }
    const [first, , update] = server.mails.map(({ parsed }) => parsed);
    expect(first?.subject).toBe('[SNEWS] COINCIDENCE: Super-K, IceCube (2 detectors) SN-20300101-1');
    expect(first?.inReplyTo).toBeUndefined();
    expect(update).toMatchObject({
      inReplyTo: `<${FIRST_ALERT_ID}@example.org>`,
      references: `<${FIRST_ALERT_ID}@example.org>`,
    });
  });

  test('have the headers that they should, whatever a detector is called', async () => {
    const hostile = 'Super-K\r\nBcc: evil@example.org\r\n\r\n<script>alert(1)</script>';
    await sinkTo('one@example.org').deliver(
      notice({ rows: [row(hostile, '45.000000000', 0), ...ROWS], alert: { server_tag: 'a\r\nX-Evil: 1' } }),
      attempt(),
    );
    expect(server.mails).toHaveLength(1);
    const { parsed } = server.mails[0] as (typeof server.mails)[0];
    expect([...parsed.headers.keys()].sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(parsed.subject).toContain('Super-K Bcc: evil@example.org <script>alert(1)</script>, Super-K');
    expect(parsed.html).not.toContain('<script');
    expect(parsed.html).toContain('&lt;script&gt;');
  });

  test('reach those whom nothing keeps from it, and nobody twice', async () => {
    server.behave((recipient) => (recipient === 'full@example.org' ? 'later' : 'take'));
    const sink = sinkTo('full@example.org', 'one@example.org', 'two@example.org');
    const first = attempt();
    await expect(sink.deliver(notice(), first)).rejects.toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('1 of 3 recipients: 450'),
    });
    expect(server.mails).toHaveLength(2);
    server.behave('take');
    expect(await sink.deliver(notice(), attempt(first.kept.progress))).toEqual({ recipients: 3 });
    expect(server.mails.map(({ recipient }) => recipient)).toEqual([
      expect.any(String),
      expect.any(String),
      'full@example.org',
    ]);
  });

  test('are delivered if somebody has them and the others are refused for good', async () => {
    server.behave((recipient) => (recipient === 'gone@example.org' ? 'refuse' : 'take'));
    const tried = attempt();
    const { log, lines } = captureLog('warn');
    const sink = createEmailSink({
      mailer,
      recipients: async () => ['gone@example.org', 'one@example.org'],
      log,
    });
    expect(await sink.deliver(notice(), tried)).toEqual({ recipients: 1 });
    expect(tried.kept.problem).toMatch(/1 of 2 recipients: 550 .*gone@example\.org/);
    expect(lines.map(({ details }) => details)).toEqual([
      { alert: ALERT_ID, problem: tried.kept.problem?.replace('gone@example.org', '(address)') },
    ]);
    server.behave('refuse');
    await expect(sinkTo('gone@example.org').deliver(notice(), attempt())).rejects.toMatchObject({ kind: 'permanent' });
  });

  test('that nobody wants say so', async () => {
    const tried = attempt();
    expect(await sinkTo().deliver(notice(), tried)).toEqual({ recipients: 0 });
    expect(tried.kept.problem).toContain('set ALERT_MAIL_TO');
  });

  test('whose answer was lost go out again as the same mail', async () => {
    server.behave('drop-after-data');
    const sink = sinkTo('one@example.org');
    const lost = attempt();
    await expect(sink.deliver(notice(), lost)).rejects.toMatchObject({ kind: 'transient' });
    server.behave('take');
    await sink.deliver(notice(), attempt(lost.kept.progress));
    expect(server.mails.map(({ parsed }) => parsed.messageId)).toEqual(Array(2).fill(`<${ALERT_ID}@example.org>`));
  });

  test('end with the try when the server hangs', async () => {
    server.behave('hang');
    const over = new AbortController();
    const sending = sinkTo('one@example.org').deliver(notice(), { ...attempt(), signal: over.signal });
    await expect.poll(() => server.connections()).toBe(1);
    over.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'transient', message: expect.stringContaining('too long') });
  });

  test('wait for a server that is closed, and for a login that is right', async () => {
    server.behave('down');
    await expect(sinkTo('one@example.org').deliver(notice(), attempt())).rejects.toMatchObject({ kind: 'transient' });
    server.behave('take');
    const wrong = mailerFor(server.url.replace('p%40ss', 'wrong'));
    const sink = createEmailSink({ mailer: wrong, recipients: async () => ['one@example.org'], log: silentLog });
    await expect(sink.deliver(notice(), attempt())).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('check user name and password in SMTP_URL'),
    });
    await wrong.close();
    await expect(mailer.verify()).resolves.toBeUndefined();
    await server.stop();
    const gone = sinkTo('one@example.org').deliver(notice(), attempt());
    await expect(gone).rejects.toMatchObject({ kind: 'transient', message: expect.stringMatching(/does not answer/) });
    expect(server.mails).toEqual([]);
  });

  test('need STARTTLS where a password would else go over a network in clear', () => {
    expect(readSmtpUrl('smtp://u:p@mail.example.org')).toMatchObject({ port: 587, secure: false, requireTls: true });
    expect(readSmtpUrl('smtp://mailpit:1025')).toMatchObject({ port: 1025, requireTls: false, login: undefined });
    expect(readSmtpUrl('smtps://u:p@mail.example.org')).toMatchObject({ port: 465, secure: true, requireTls: false });
    expect(readSmtpUrl('smtp://u:p@127.0.0.1:25')).toMatchObject({ requireTls: false });
    for (const wrong of ['http://mail.example.org', 'smtp://', 'smtp://u@mail.example.org', 'smtp://a/?tls=false']) {
      expect(readSmtpUrl(wrong)).toBeUndefined();
    }
  });
});
