import { exactNumber, type Page, type PageRequest, toPage } from '../cache/reads/page.js';
import { utcOf } from '../cache/reads/times.js';
import type { PrismaReads } from '../database/prisma.js';
import type { DeadLetter } from '../generated/prisma/client.js';

/** A record of Kafka that took no effect. */
export interface DeadLetterView {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly received_time_utc: string;
  readonly reason: string;
  readonly detail: string;
  /** The first bytes of its value, as text. */
  readonly excerpt: string;
  readonly created_at: string;
  readonly replayed_at: string | null;
}

const EXCERPT_BYTES = 300;

/** Records that took no effect. */
export function createDeadLetters(prisma: PrismaReads) {
  return {
    /** The newest first. */
    async list({ limit, after }: PageRequest<number>): Promise<Page<DeadLetterView, number>> {
      const stored = await prisma.deadLetter.findMany({
        where: after === undefined ? {} : { id: { lt: BigInt(after) } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(stored, limit, ({ id }) => exactNumber(id), view);
    },
  };
}

function view({ id, position, receivedAt, createdAt, replayedAt, value, ...letter }: DeadLetter): DeadLetterView {
  return {
    id: exactNumber(id),
    topic: letter.topic,
    partition: letter.partition,
    offset: exactNumber(position),
    received_time_utc: utcOf(receivedAt),
    reason: letter.reason,
    detail: letter.detail,
    excerpt: excerptOf(value),
    created_at: utcOf(createdAt),
    replayed_at: replayedAt === null ? null : utcOf(replayedAt),
  };
}

function excerptOf(value: Uint8Array | null): string {
  if (value === null) return '';
  return Buffer.from(value.subarray(0, EXCERPT_BYTES))
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cs}\uFFFD]+/gu, '·');
}
