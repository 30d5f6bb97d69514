import type { PrismaReads } from '../database/prisma.js';
import { type DeadLetter, Prisma } from '../generated/prisma/client.js';
import { readBounded } from './bounded-list.js';
import { exactNumber, type Page, type PageRequest } from './page.js';
import { utcOf } from './times.js';
import { bytesOf } from './within-bytes.js';

/** A Kafka record that was rejected. */
export interface DeadLetterView {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly received_time_utc: string;
  readonly reason: string;
  readonly detail: string;
  /** The first bytes of the value, as text. */
  readonly excerpt: string;
  readonly created_at: string;
  readonly replayed_at: string | null;
}

const EXCERPT_BYTES = 300;

/** Kafka records that were rejected. */
export function createDeadLetters(prisma: PrismaReads) {
  return {
    /** Newest first. */
    list(page: PageRequest<number>): Promise<Page<DeadLetterView, number>> {
      return readBounded<DeadLetterRecord, DeadLetterView, number>(
        prisma,
        {
          columns: COLUMNS,
          table: Prisma.sql`dead_letter`,
          where: [],
          beyond: (id) => Prisma.sql`id < ${id}`,
          order: Prisma.sql`id DESC`,
          bytes: bytesOf('detail'),
          key: ({ id }) => exactNumber(id),
          view,
        },
        page,
      );
    },
  };
}

/** A value may have megabytes: only the part that is shown is read. */
const COLUMNS = Prisma.sql`
  id, topic, partition, position, received_at AS "receivedAt", reason, detail,
  substring(value FROM 1 FOR ${EXCERPT_BYTES}::int) AS excerpt, created_at AS "createdAt", replayed_at AS "retriedAt"`;

type DeadLetterRecord = Pick<
  DeadLetter,
  'id' | 'topic' | 'partition' | 'position' | 'receivedAt' | 'reason' | 'detail' | 'createdAt' | 'retriedAt'
> & { readonly excerpt: DeadLetter['value'] };

function view({
  id,
  position,
  receivedAt,
  createdAt,
  retriedAt,
  excerpt,
  ...letter
}: DeadLetterRecord): DeadLetterView {
  return {
    id: exactNumber(id),
    topic: letter.topic,
    partition: letter.partition,
    offset: exactNumber(position),
    received_time_utc: utcOf(receivedAt),
    reason: letter.reason,
    detail: letter.detail,
    excerpt: excerptOf(excerpt),
    created_at: utcOf(createdAt),
    replayed_at: retriedAt === null ? null : utcOf(retriedAt),
  };
}

function excerptOf(value: Uint8Array | null): string {
  if (value === null) return '';
  return Buffer.from(value)
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cs}\uFFFD]+/gu, '·');
}
