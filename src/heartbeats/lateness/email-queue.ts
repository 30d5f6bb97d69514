import type pg from 'pg';
import type { Clock } from '../../database/jobs/clock.js';
import type { JobFailure } from '../../database/jobs/sender.js';
import { withoutAddresses } from '../../domain/email-address.js';
import { EmailError } from '../../mail/mail-error.js';
import type { Email, Mailer } from '../../mail/mailer.js';
import { EMAIL_KINDS, type EmailFacts } from './facts.js';
import { createWarningQueue, type WarningQueueOptions } from './warning-queue.js';

/** An e-mail that is to be sent to one recipient. */
export interface StoredEmail {
  readonly facts: EmailFacts;
  readonly email: string;
}

export interface EmailQueueOptions extends Pick<WarningQueueOptions<StoredEmail, Email>, 'log'> {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly mailer: Mailer;
  /** Writes the e-mail, at the moment when it is sent. */
  compose(email: StoredEmail, now: Date): Promise<Omit<Email, 'to' | 'messageId'>>;
}

/** Sends the e-mails of the table `mail`. One that is sent again has the same Message-ID. */
export function createEmailQueue({ pool, mailer, compose, clock, log }: EmailQueueOptions) {
  return createWarningQueue<StoredEmail, Email>({
    pool,
    table: 'mail',
    columns: ['email', 'facts'],
    kinds: EMAIL_KINDS,
    sender: {
      events: {
        sent: 'email:sent',
        postponed: 'email:postponed',
        rejected: 'email:rejected',
        failed: 'email:failed',
        answerLost: 'email:answer-lost',
        takenOver: 'email:taken-over',
        notRecorded: 'email:not-recorded',
      },
      about: ({ id, row }) => ({ email: id, topic: row.facts.kind }),
      async prepare({ id, row }) {
        const written = await compose(row, new Date(clock.now()));
        return { ...written, to: row.email, messageId: messageId(String(id), mailer) };
      },
      async send(mail, { signal }) {
        await mailer.send(mail, signal);
        return null;
      },
      failureOf,
    },
    clock,
    log,
  });
}

export function messageId(id: string, { domain }: Pick<Mailer, 'domain'>): string {
  return `<${id}@${domain}>`;
}

function failureOf(error: unknown): JobFailure {
  const isOfMail = error instanceof EmailError && error.isOfMessage;
  return {
    // The answer of a mail server may hold the recipient's address, or one to which it forwards.
    error: withoutAddresses(error instanceof Error ? error.message : String(error)),
    kind: isOfMail && error.isPermanent ? 'rejected' : 'transient',
    // A server that is away is away for the others too.
    isOfAll: !isOfMail,
  };
}
