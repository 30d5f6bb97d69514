import type pg from 'pg';
import { withoutAddresses } from '../domain/mail-address.js';
import { MailError } from '../mail/mail-error.js';
import type { Mail, Mailer } from '../mail/mailer.js';
import type { MailFacts } from './facts.js';

/** A mail that is to go out to one recipient. */
export interface WaitingMail {
  readonly id: string;
  readonly email: string;
  readonly facts: MailFacts;
}

export interface MailQueueOptions {
  readonly pool: pg.Pool;
  readonly mailer: Mailer;
  /** Writes the mail, at the moment when it goes out. */
  compose(mail: WaitingMail, now: Date): Promise<Omit<Mail, 'to' | 'messageId'>>;
  /** Reads the clock. */
  now(): Date;
  readonly log: Log;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Longer than any try takes: whoever died in one has lost it by then. */
const LEASE_SECONDS = 300;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 1_800;
/** After that nobody waits for it. Warnings are dropped before, as soon as they are over. */
const GIVE_UP_SECONDS = 86_400;

/**
 * Sends the mails that wait. A try is recorded before it is made, and its outcome after it: a mail goes out once,
 * unless the server dies between its being taken and that being recorded; then once more, with the same Message-ID.
 */
export function createMailQueue({ pool, mailer, compose, now, log }: MailQueueOptions) {
  /** Takes the next one that is due. */
  async function claim(): Promise<(WaitingMail & { readonly tries: number }) | undefined> {
    const { rows } = await pool.query(
      `UPDATE mail SET tries = tries + 1, next_try_at = $1::timestamptz + $2 * interval '1 s'
      WHERE id = (SELECT id FROM mail WHERE state = 'waiting' AND next_try_at <= $1 ORDER BY next_try_at, created_at, id
        LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, email, facts, tries`,
      [now(), LEASE_SECONDS],
    );
    return rows[0];
  }

  async function settle(id: string, state: 'sent' | 'refused' | 'dropped', error: string | null): Promise<void> {
    await pool.query(
      `UPDATE mail SET state = $2, settled_at = $3, last_error = coalesce($4, last_error) WHERE id = $1 AND state = 'waiting'`,
      [id, state, now(), error],
    );
  }

  async function postpone(id: string, tries: number, error: string): Promise<void> {
    const wait = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** Math.min(tries - 1, 16));
    await pool.query(
      `UPDATE mail SET last_error = $2, next_try_at = $3::timestamptz + $4 * interval '1 s' WHERE id = $1 AND state = 'waiting'`,
      [id, error, now(), wait * (0.5 + Math.random() / 2)],
    );
  }

  /** Those that waited for too long. */
  async function dropOld(): Promise<void> {
    const { rows } = await pool.query(
      `UPDATE mail SET state = 'dropped', settled_at = $1
      WHERE state = 'waiting' AND created_at < $1::timestamptz - $2 * interval '1 s' RETURNING id, kind, last_error`,
      [now(), GIVE_UP_SECONDS],
    );
    for (const mail of rows) log.error({ mail: mail.id, kind: mail.kind, reason: mail.last_error }, 'mail:given-up');
  }

  return {
    /**
     * Sends what is due. Whoever's server doesn't answer is tried again later.
     * @param hasTime false: what is left after one mail waits for the next time
     */
    async sendDue(signal: AbortSignal, hasTime: () => boolean): Promise<void> {
      await dropOld();
      if (signal.aborted) return;
      do {
        const mail = await claim();
        if (mail === undefined) return;
        const { id, email, facts, tries } = mail;
        try {
          const written = await compose(mail, now());
          await mailer.send({ ...written, to: email, messageId: messageId(id, mailer) }, signal);
          await settle(id, 'sent', null);
          log.info({ mail: id, kind: facts.kind }, 'mail:sent');
        } catch (error) {
          // What a mail server says may hold the address, or one to which it forwards: no business of the log.
          const reason = withoutAddresses(error instanceof Error ? error.message : String(error));
          const isOfMail = error instanceof MailError && error.isOfMail;
          const isRefused = isOfMail && error.isPermanent;
          if (isRefused) await settle(id, 'refused', reason);
          else await postpone(id, tries, reason);
          log.warn({ mail: id, kind: facts.kind, tries, reason }, isRefused ? 'mail:refused' : 'mail:waits');
          // A server that is away is away for the others too.
          if (!isOfMail) return;
        }
      } while (!signal.aborted && hasTime());
    },
  };
}

export function messageId(id: string, { domain }: Pick<Mailer, 'domain'>): string {
  return `<${id}@${domain}>`;
}
