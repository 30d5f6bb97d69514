import { randomUUID } from 'node:crypto';
import { addressesOf } from '../../administration/contacts.js';
import type { PrismaReads } from '../../database/prisma.js';
import { type AddressList, readAddresses } from '../../domain/email-address.js';
import type { Log } from '../../domain/log.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { EMAIL_CHANNEL } from '../lateness/channel.js';

/** A detector's contacts get feedback at most once in so many seconds. */
const PAUSE_SECONDS = 60;
/** An older command waited while no server ran, and its feedback is of no use any more. */
const OLDEST_COMMAND = '24 hours';

/** A request for the heartbeat feedback of a detector. */
export interface FeedbackRequest {
  readonly id: string;
  readonly detector: string;
  /** Registered contacts that are to get it; if none is named, all of the detector's. */
  readonly addresses: AddressList;
  /** Whether registered addresses get it if another one is not registered. */
  readonly inPart: boolean;
}

/** The decision on a request. */
export type FeedbackAnswer =
  | { readonly kind: 'granted'; readonly recipients: number; readonly unregistered: readonly string[] }
  | { readonly kind: 'no mail' }
  | { readonly kind: 'no contacts' }
  | { readonly kind: 'unregistered'; readonly unregistered: readonly string[] }
  | { readonly kind: 'too often'; readonly retryAfter: number };

export interface FeedbackOptions {
  readonly prisma: PrismaReads;
  /** False: nobody gets anything. */
  readonly canMail: boolean;
  /** Reads the clock. */
  readonly now?: () => Date;
  readonly log: Log;
}

export interface FeedbackRequests {
  /** Decides on a request, once. The e-mails are stored when it resolves. Undefined: it was decided on before. */
  ask(request: FeedbackRequest): Promise<FeedbackAnswer | undefined>;
  /** Carries out the commands that came over Kafka and were not carried out yet. */
  takeCommands(): Promise<void>;
}

/**
 * Requests for heartbeat feedback. It goes to registered contacts of the detector only, whatever addresses a message
 * names, at most once a minute for each detector, by this server's clock and not by the time that a sender sets.
 */
export function createFeedbackRequests(options: FeedbackOptions): FeedbackRequests {
  const { prisma, canMail, now = () => new Date(), log } = options;

  async function ask(request: FeedbackRequest): Promise<FeedbackAnswer | undefined> {
    const { id, detector } = request;
    return prisma.$transaction(async (tx) => {
      // Requests for a detector are decided on one after the other, over all replicas.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`snews feedback ${detector}`}))`;
      const decidedAt = now();
      const answer = await decide(tx as Prisma.TransactionClient, request, decidedAt);
      const outcome = answer.kind === 'granted' ? 'granted' : 'refused';
      const { count } = await tx.feedback.createMany({
        data: [{ id, detector, decidedAt, outcome }],
        skipDuplicates: true,
      });
      if (count === 0) return undefined;
      if (answer.kind !== 'granted') return answer;
      await tx.email.createMany({
        data: answer.emails.map((email) => ({
          id: randomUUID(),
          kind: 'feedback',
          cause: id,
          email,
          facts: { kind: 'feedback', detector },
          createdAt: decidedAt,
          nextTryAt: decidedAt,
        })),
      });
      await tx.$executeRaw`SELECT pg_notify(${EMAIL_CHANNEL}, '')`;
      return { kind: 'granted', recipients: answer.emails.length, unregistered: answer.unregistered };
    });
  }

  type Decision = Exclude<FeedbackAnswer, { kind: 'granted' }> | Granted;
  interface Granted {
    readonly kind: 'granted';
    readonly emails: readonly string[];
    readonly unregistered: readonly string[];
  }

  async function decide(tx: Prisma.TransactionClient, request: FeedbackRequest, at: Date): Promise<Decision> {
    const { detector, addresses: asked, inPart } = request;
    if (!canMail) return { kind: 'no mail' };
    const registered = addressesOf(await tx.contact.findMany({ where: { detector }, orderBy: { id: 'asc' } }));
    const namesNobody = asked.addresses.length === 0 && asked.unreadable.length === 0;
    const emails = namesNobody ? registered : asked.addresses.filter((address) => registered.includes(address));
    const unregistered = [...asked.addresses.filter((address) => !registered.includes(address)), ...asked.unreadable];
    if (namesNobody && registered.length === 0) return { kind: 'no contacts' };
    if (emails.length === 0 || (unregistered.length > 0 && !inPart)) return { kind: 'unregistered', unregistered };
    const before = await tx.feedback.findFirst({
      where: { detector, outcome: 'granted', decidedAt: { gt: new Date(at.getTime() - PAUSE_SECONDS * 1_000) } },
      orderBy: { decidedAt: 'desc' },
    });
    if (before === null) return { kind: 'granted', emails, unregistered };
    // The clock of the replica that decided then may be ahead of this one's.
    const elapsed = Math.max(0, at.getTime() - before.decidedAt.getTime()) / 1_000;
    return { kind: 'too often', retryAfter: Math.ceil(PAUSE_SECONDS - elapsed) };
  }

  return {
    ask,

    async takeCommands() {
      const commands = await prisma.$queryRaw<Command[]>`
        SELECT uuid, detector, body ->> 'email' AS email FROM message
        WHERE kind = 'Get-Feedback' AND received_at > ${now()}::timestamptz - ${OLDEST_COMMAND}::interval
          AND NOT EXISTS (SELECT FROM feedback WHERE feedback.id = message.uuid)
        ORDER BY received_at, uuid`;
      for (const { uuid: id, detector, email } of commands) {
        const answer = await ask({ id, detector, addresses: readAddresses(email ?? ''), inPart: true });
        if (answer !== undefined) logOutcome(id, detector, answer);
      }
    },
  };

  /** The outcome of a command is only logged. The log holds no addresses: the message has them. */
  function logOutcome(message: string, detector: string, answer: FeedbackAnswer): void {
    const about = { message, detector };
    if (answer.kind === 'granted') log.info({ ...about, recipients: answer.recipients }, 'feedback:granted');
    else if (answer.kind !== 'unregistered') log.warn({ ...about, reason: REASONS[answer.kind] }, 'feedback:rejected');
    if ('unregistered' in answer && answer.unregistered.length > 0) {
      log.warn({ ...about, rejected: answer.unregistered.length }, 'feedback:address-not-registered');
    }
  }
}

const REASONS = {
  'no mail': 'SMTP_URL is not set',
  'no contacts': 'the detector has no contacts',
  'too often': 'it was sent within the minute before',
} as const;

interface Command {
  readonly uuid: string;
  readonly detector: string;
  readonly email: string | null;
}
