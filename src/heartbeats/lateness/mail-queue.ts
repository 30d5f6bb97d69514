import type pg from 'pg';
import { withoutAddresses } from '../../domain/mail-address.js';
import { MailError } from '../../mail/mail-error.js';
import type { Mail, Mailer } from '../../mail/mailer.js';
import { MAIL_KINDS, type MailFacts } from './facts.js';
import { createQueue, type QueueOptions, type Waiting } from './queue.js';

/** A mail that is to go out to one recipient. */
export interface WaitingMail extends Waiting<MailFacts> {
  readonly email: string;
}

export interface MailQueueOptions extends Pick<QueueOptions<WaitingMail>, 'now' | 'log'> {
  readonly pool: pg.Pool;
  readonly mailer: Mailer;
  /** Writes the mail, at the moment when it goes out. */
  compose(mail: WaitingMail, now: Date): Promise<Omit<Mail, 'to' | 'messageId'>>;
}

/** Sends the mails that wait. One that goes out once more has the same Message-ID. */
export function createMailQueue({ pool, mailer, compose, now, log }: MailQueueOptions) {
  return createQueue<WaitingMail>({
    pool,
    table: 'mail',
    columns: 'id, email, facts',
    kinds: MAIL_KINDS,
    name: 'mail',
    async send(mail, signal) {
      const written = await compose(mail, now());
      await mailer.send({ ...written, to: mail.email, messageId: messageId(mail.id, mailer) }, signal);
    },
    failureOf(error) {
      const isOfMail = error instanceof MailError && error.isOfMail;
      return {
        // What a mail server says may hold the address, or one to which it forwards: no business of the log.
        reason: withoutAddresses(error instanceof Error ? error.message : String(error)),
        isRefused: isOfMail && error.isPermanent,
        // A server that is away is away for the others too.
        isOfAll: !isOfMail,
      };
    },
    now,
    log,
  });
}

export function messageId(id: string, { domain }: Pick<Mailer, 'domain'>): string {
  return `<${id}@${domain}>`;
}
