import { randomUUID } from 'node:crypto';
import { addressesOf } from '../../administration/contacts.js';
import type { PrismaReads } from '../../database/prisma.js';
import { type Health, healthOf } from '../../domain/heartbeats/health.js';
import {
  assessLateness,
  ENOUGH_DETECTORS,
  type LateDetector,
  type LatenessAssessment,
  type LatenessState,
} from '../../domain/heartbeats/lateness.js';
import type { Log } from '../../domain/log.js';
import type { Prisma, Silence } from '../../generated/prisma/client.js';
import { type DetectorPulse, pulseOf } from '../../reads/detectors.js';
import type { EmailFacts } from './facts.js';

export interface LookOptions {
  readonly prisma: PrismaReads;
  /** How long too few detectors must have been on, in milliseconds. */
  readonly quietAfter: number;
  /** Are told of a quiet network beside the contacts. */
  readonly admins: readonly string[];
  /** False: nobody is told anything. */
  readonly canMail: boolean;
  /** Reads the clock. */
  now(): Date;
  readonly log: Log;
}

const WEEK_MILLISECONDS = 604_800_000;

type Transaction = Prisma.TransactionClient;
type LogLine = () => void;

/** What the functions of one look work with. */
interface Session {
  readonly tx: Transaction;
  readonly at: Date;
  readonly health: ReadonlyMap<string, Health>;
  readonly judgement: LatenessAssessment;
  readonly options: LookOptions;
}

/**
 * Looks once at all detectors. Contacts are warned once of a late detector and of a quiet network, and told once when it
 * is over. Decisions and e-mails are stored in one transaction.
 */
export function createLook(options: LookOptions) {
  const { prisma, quietAfter, now } = options;
  return async (): Promise<void> => {
    const at = now();
    const lines = await prisma.$transaction(async (client) => {
      const tx = client as Transaction;
      const health = await healthOfAll(tx, at);
      const judgement = assessLateness(health, await remembered(tx), at.getTime(), quietAfter);
      const lasting = await tx.silence.findMany({ where: { overAt: null } });
      const session = { tx, at, health, judgement, options };
      const over = await endSilences(session, lasting);
      const begun = await beginSilences(session, lasting);
      await remember(tx, judgement.state);
      await forget(tx, at);
      return [...over, ...begun];
    });
    // Only what was committed is logged.
    for (const line of lines) line();
  };
}

async function endSilences(session: Session, lasting: readonly Silence[]): Promise<LogLine[]> {
  const { tx, at, judgement, options } = session;
  const lines: LogLine[] = [];
  for (const silence of lasting) {
    const news = newsOf(session, silence);
    if (news === undefined) continue;
    const { count } = await tx.silence.updateMany({ where: { id: silence.id, overAt: null }, data: { overAt: at } });
    if (count === 0) continue;
    await tx.email.updateMany({
      where: { cause: silence.id, state: 'waiting' },
      data: { state: 'dropped', settledAt: at },
    });
    // All recipients of the warning are told that it is over.
    const warnings = await tx.email.findMany({ where: { cause: silence.id, state: 'sent' }, orderBy: { id: 'asc' } });
    await enqueue(
      session,
      silence.id,
      warnings.map(({ id, email }) => ({ email, facts: { ...news, reply_to: id } })),
    );
    const since = silence.since.toISOString();
    lines.push(() =>
      silence.detector === null
        ? options.log.info({ since, on: judgement.on }, 'lateness:network-recovered')
        : options.log.info({ detector: silence.detector, last_beat: since }, 'lateness:detector-back'),
    );
  }
  return lines;
}

async function beginSilences(session: Session, lasting: readonly Silence[]): Promise<LogLine[]> {
  const { tx, judgement, options } = session;
  const { late, quietSince, on } = judgement;
  const lines: LogLine[] = [];
  for (const detector of late) {
    const { name, lastHeartbeat } = detector;
    if (lasting.some((silence) => silence.detector === name && silence.since.getTime() === lastHeartbeat)) continue;
    const facts = lateFacts(detector);
    const contacts = await tx.contact.findMany({ where: { detector: name, wantsWarnings: true } });
    if (!(await begin(session, name, lastHeartbeat, facts, addressesOf(contacts)))) continue;
    const { last_beat, expected_at } = facts;
    lines.push(() => options.log.warn({ detector: name, last_beat, expected_at }, 'lateness:detector-late'));
  }
  if (quietSince === null || lasting.some(({ detector }) => detector === null)) return lines;
  const facts = { kind: 'quiet', since: new Date(quietSince).toISOString(), on } as const;
  const contacts = await tx.contact.findMany({ where: { wantsWarnings: true }, orderBy: { id: 'asc' } });
  const recipients = addressesOf([...contacts, ...options.admins.map((email) => ({ email }))]);
  if (await begin(session, null, quietSince, facts, recipients)) {
    lines.push(() => options.log.warn({ since: facts.since, on }, 'lateness:network-quiet'));
  }
  return lines;
}

/** @returns false if another replica was quicker */
async function begin(
  session: Session,
  detector: string | null,
  since: number,
  facts: EmailFacts,
  recipients: readonly string[],
): Promise<boolean> {
  const id = randomUUID();
  const { count } = await session.tx.silence.createMany({
    data: [{ id, detector, since: new Date(since), noticedAt: session.at }],
    skipDuplicates: true,
  });
  if (count === 0) return false;
  await enqueue(
    session,
    id,
    recipients.map((email) => ({ email, facts })),
  );
  return true;
}

async function enqueue(
  { tx, at, options }: Session,
  cause: string,
  emails: readonly { readonly email: string; readonly facts: EmailFacts }[],
): Promise<void> {
  if (!options.canMail) return;
  await tx.email.createMany({
    data: emails.map(({ email, facts }) => ({
      id: randomUUID(),
      kind: facts.kind,
      cause,
      email,
      facts: { ...facts } as Prisma.InputJsonObject,
      createdAt: at,
      nextTryAt: at,
    })),
    skipDuplicates: true,
  });
}

/** The facts of the e-mail about the end of a silence; undefined while it lasts. */
function newsOf({ health, judgement }: Session, { detector, since }: Silence) {
  if (detector === null) {
    if (judgement.on.length < ENOUGH_DETECTORS) return undefined;
    return { kind: 'recovered', since: since.toISOString(), on: judgement.on } as const;
  }
  const heard = health.get(detector);
  if (heard === undefined || heard.lastHeartbeat === null || heard.lastHeartbeat <= since.getTime()) return undefined;
  const heard_at = new Date(heard.lastHeartbeat).toISOString();
  return { kind: 'back', detector, last_beat: since.toISOString(), heard_at, status: heard.status } as const;
}

function lateFacts({ name, lastHeartbeat, usual, expectedAt }: LateDetector) {
  const [last_beat, expected_at] = [lastHeartbeat, expectedAt].map((time) => new Date(time).toISOString()) as [
    string,
    string,
  ];
  return { kind: 'late', detector: name, last_beat, mean: usual.mean, sigma: usual.sigma, expected_at } as const;
}

async function healthOfAll(tx: Transaction, at: Date): Promise<Map<string, Health>> {
  const detectors = await tx.$queryRaw<(DetectorPulse & { readonly name: string })[]>`
    SELECT name, last_beat_at, beat_status, first_beat_at, beats, beat_squares FROM detector ORDER BY name`;
  return new Map(detectors.map((detector) => [detector.name, healthOf(pulseOf(detector), at.getTime())]));
}

/** E-mails hold addresses. They are deleted after a week, unless the end of their silence is still to be told. */
async function forget(tx: Transaction, at: Date): Promise<void> {
  const weekAgo = new Date(at.getTime() - WEEK_MILLISECONDS);
  await tx.$executeRaw`
    DELETE FROM mail WHERE settled_at < ${weekAgo}
      AND NOT EXISTS (SELECT FROM silence WHERE silence.id = mail.cause AND over_at IS NULL)`;
  await tx.silence.deleteMany({ where: { overAt: { lt: weekAgo } } });
  // Kept for a command with a time ahead of this server's clock, which would be carried out again.
  await tx.$executeRaw`
    DELETE FROM feedback WHERE asked_at < ${weekAgo}
      AND NOT EXISTS (SELECT FROM message WHERE message.uuid = feedback.id AND received_at >= ${weekAgo})`;
}

async function remembered(tx: Transaction): Promise<LatenessState | null> {
  const stored = await tx.latenessCheck.findUnique({ where: { id: 1 } });
  if (stored === null) return null;
  const { checkedAt, resumedAt, lastEnoughAt } = stored;
  return {
    checkedAt: checkedAt.getTime(),
    resumedAt: resumedAt.getTime(),
    lastEnoughAt: lastEnoughAt?.getTime() ?? null,
  };
}

async function remember(tx: Transaction, { checkedAt, resumedAt, lastEnoughAt }: LatenessState): Promise<void> {
  const memory = {
    checkedAt: new Date(checkedAt),
    resumedAt: new Date(resumedAt),
    lastEnoughAt: lastEnoughAt === null ? null : new Date(lastEnoughAt),
  };
  await tx.latenessCheck.upsert({ where: { id: 1 }, create: { id: 1, ...memory }, update: memory });
}
