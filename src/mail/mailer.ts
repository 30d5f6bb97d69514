import nodemailer from 'nodemailer';
import { asMailError } from './mail-error.js';
import type { MailSettings } from './settings.js';

/** A mail to one recipient: whoever writes to several sends each their own, so nobody sees the others' addresses. */
export interface Mail {
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
  /** Named by the HTML as `cid:…`. */
  readonly contentId?: string;
}

export interface Mailer {
  /** What follows the `@` of this server's Message-IDs: the domain of MAIL_FROM. */
  readonly domain: string;
  /**
   * Resolves when the server has taken the mail.
   * @param signal gives up
   * @throws MailError
   */
  send(mail: Mail, signal?: AbortSignal): Promise<void>;
  /** Connects and logs in. @throws MailError */
  verify(): Promise<void>;
  close(): Promise<void>;
}

interface Log {
  debug(details: object, message: string): void;
}

/** Connections kept to the server, at most. */
export const MOST_CONNECTIONS = 5;
/** A server that says nothing for so long hangs. */
const CONNECT_MILLISECONDS = 10_000;
const SILENCE_MILLISECONDS = 20_000;
/** RFC 5322 asks for lines of at most 78 characters; a subject may fold, but nobody reads on for so long. */
const LONGEST_SUBJECT = 250;

/** Sends mail over SMTP: STARTTLS or TLS, pooled connections. A mail that isn't taken is the caller's to send again. */
export function createMailer(settings: MailSettings, log: Log): Mailer {
  const { host, port, secure, requireTls, login, from } = settings;
  const transport = nodemailer.createTransport(
    {
      pool: true,
      maxConnections: MOST_CONNECTIONS,
      // Whoever sends decides when to try again.
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
  // Of idle connections: the next mail makes a new one.
  transport.on('error', (error: Error) => log.debug({ reason: error.message }, 'mail:connection-lost'));

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
          // RFC 3834: so that nobody's holiday answers come back.
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        throw asMailError(error);
      }
    },

    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw asMailError(error);
      }
    },

    async close() {
      transport.close();
    },
  };
}

/** What is between the lines of a header would begin another one. */
function headerText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= LONGEST_SUBJECT ? line : `${line.slice(0, LONGEST_SUBJECT - 1)}…`;
}

function cid(contentId: string | undefined) {
  return contentId === undefined ? {} : { cid: contentId, contentDisposition: 'inline' as const };
}
