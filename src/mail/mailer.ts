import nodemailer from 'nodemailer';
import type { Log } from '../domain/log.js';
import { asEmailError } from './mail-error.js';
import type { EmailSettings } from './settings.js';

/** An e-mail to one recipient. Several recipients get one each, so that none sees the others' addresses. */
export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Message-IDs with their angle brackets; without `messageId` one is made. */
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly attachments?: readonly Attachment[];
}

export interface Attachment {
  readonly filename: string;
  /** Media type, like `image/png`. */
  readonly contentType: string;
  readonly content: Buffer;
  /** The HTML refers to it as `cid:…`. */
  readonly contentId?: string;
}

export interface Mailer {
  /** What follows the `@` of this server's Message-IDs: the domain of MAIL_FROM. */
  readonly domain: string;
  /**
   * Resolves when the server has taken the e-mail.
   * @param signal aborts the try
   * @throws MailError
   */
  send(mail: Email, signal?: AbortSignal): Promise<void>;
  /** Connects and logs in. @throws MailError */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** Connections kept to the server, at most. */
export const MOST_CONNECTIONS = 5;
/** A server that sends nothing for so long is taken for hung. */
const CONNECT_MILLISECONDS = 10_000;
const SILENCE_MILLISECONDS = 20_000;
/** Longer subjects are allowed, but nobody reads them to the end. */
const LONGEST_SUBJECT = 250;

/** Sends e-mail over SMTP: STARTTLS or TLS, pooled connections. Retries are left to the caller. */
export function createMailer(settings: EmailSettings, log: Log): Mailer {
  const { host, port, secure, requireTls, login, from } = settings;
  const transport = nodemailer.createTransport(
    {
      pool: true,
      maxConnections: MOST_CONNECTIONS,
      // The caller decides when to try again.
      maxRequeues: 0,
      host,
      port,
      secure,
      requireTLS: requireTls,
      ...(login === undefined ? {} : { auth: { user: login.username, pass: login.password } }),
      connectionTimeout: CONNECT_MILLISECONDS,
      greetingTimeout: CONNECT_MILLISECONDS,
      socketTimeout: SILENCE_MILLISECONDS,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: { name: from.name ?? '', address: from.address } },
  );
  // An idle connection was lost: the next e-mail opens a new one.
  transport.on('error', (error: Error) => log.debug({ reason: error.message }, 'email:connection-lost'));

  return {
    domain: from.address.slice(from.address.lastIndexOf('@') + 1),

    async send({ to, subject, references, attachments, ...mail }, signal) {
      try {
        await transport.sendMail({
          ...mail,
          to: { name: '', address: to },
          subject: headerText(subject),
          ...(references === undefined ? {} : { references: [...references] }),
          ...(attachments === undefined
            ? {}
            : { attachments: attachments.map(({ contentId, ...part }) => ({ ...part, ...cid(contentId) })) }),
          // RFC 3834: prevents automatic replies.
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        throw asEmailError(error);
      }
    },

    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw asEmailError(error);
      }
    },

    async close() {
      transport.close();
    },
  };
}

/** A line break would begin another header. */
function headerText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= LONGEST_SUBJECT ? line : `${line.slice(0, LONGEST_SUBJECT - 1)}…`;
}

function cid(contentId: string | undefined) {
  return contentId === undefined ? {} : { cid: contentId, contentDisposition: 'inline' as const };
}
