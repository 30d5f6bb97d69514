import { withoutAddresses } from '../../../../domain/email-address.js';
import type { Log } from '../../../../domain/log.js';
import { EmailError } from '../../../../mail/mail-error.js';
import { type Mailer, MOST_CONNECTIONS } from '../../../../mail/mailer.js';
import { type Attempt, DeliveryError, type Notice, type Sink } from '../sink.js';
import { alertEmail } from './mail.js';

export interface EmailSinkOptions {
  readonly mailer: Mailer;
  /** Read at each try. */
  recipients(): Promise<readonly string[]>;
  readonly log: Log;
}

/**
 * Sends alerts by e-mail, to each recipient one of their own. Who has got it is stored, so that an error with one
 * recipient does not make the others get it twice.
 */
export function createEmailSink({ mailer, recipients, log }: EmailSinkOptions): Sink {
  return {
    name: 'email',

    async deliver(notice: Notice, attempt: Attempt) {
      const mail = alertEmail(notice, mailer.domain);
      const taken = new Set(takenIn(attempt));
      const all = unique(await recipients());
      if (all.length === 0) await attempt.remember(null, 'nobody gets alerts by e-mail: set ALERT_MAIL_TO');
      const failures: EmailError[] = [];
      let kept = Promise.resolve();

      const send = async (recipient: string): Promise<void> => {
        try {
          await mailer.send({ ...mail, to: recipient }, attempt.signal);
          taken.add(recipient.toLowerCase());
        } catch (error) {
          if (!(error instanceof EmailError)) throw error;
          failures.push(error);
          return;
        }
        // One after the other, so that the last one stored is complete.
        kept = kept.then(() => attempt.remember({ taken: [...taken] }));
        await kept;
      };

      const waiting = all.filter((recipient) => !taken.has(recipient.toLowerCase()));
      while (waiting.length > 0 && failures.every(({ isOfMessage: isOfMail }) => isOfMail)) {
        await Promise.all(waiting.splice(0, MOST_CONNECTIONS).map(send));
      }
      if (failures.length > 0) {
        const problem = problemOf(failures, all.length);
        const isPermanent = failures.every((failure) => failure.isPermanent);
        // Some recipients have it, and the others are rejected for good: nothing else can be done.
        if (!isPermanent || taken.size === 0 || waiting.length > 0) {
          throw new DeliveryError(problem, isPermanent ? 'permanent' : 'transient');
        }
        // The log holds no addresses.
        log.warn({ alert: notice.alert.id, problem: withoutAddresses(problem) }, 'email:recipients-rejected');
        await attempt.remember({ taken: [...taken] }, problem);
      }
      return { recipients: taken.size };
    },

    close: async () => undefined,
  };
}

/** @returns addresses in lower case */
function takenIn({ progress }: Attempt): readonly string[] {
  return (progress as { readonly taken: readonly string[] } | null)?.taken ?? [];
}

/** Each address once, whatever its case. */
function unique(addresses: readonly string[]): string[] {
  const folded = addresses.map((address) => address.toLowerCase());
  return addresses.filter((_, i) => folded.indexOf(folded[i] ?? '') === i);
}

function problemOf(failures: readonly EmailError[], count: number): string {
  const reasons = new Set(failures.map(({ message }) => message));
  const server = failures.find(({ isOfMessage: isOfMail }) => !isOfMail);
  return server?.message ?? `${failures.length} of ${count} recipients: ${[...reasons].join('; ')}`;
}
