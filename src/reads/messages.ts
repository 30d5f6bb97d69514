import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { ArchivedTier } from '../domain/commands.js';
import { JsonText } from '../domain/json-text.js';
import type { Instant } from '../domain/time.js';
import { type Message, Prisma } from '../generated/prisma/client.js';
import { readBounded } from './bounded-list.js';
import type { Page, PageRequest } from './page.js';
import { dateOf, utcOf } from './times.js';
import { bytesOf } from './within-bytes.js';

/** A stored message that takes part in no coincidence. */
export interface ArchivedMessageRecord {
  readonly uuid: string;
  readonly cache: CacheName;
  readonly detector_name: string;
  readonly received_time_utc: string;
  /** As it was received, with passwords masked. */
  readonly message: JsonText;
}

export interface ArchiveFilter {
  readonly tier: ArchivedTier;
  readonly cache?: CacheName | undefined;
  readonly detectorName?: string | undefined;
  /** The time of receipt, both ends included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** When a message was received, in POSIX milliseconds, and its uuid. */
export type ArchivePosition = readonly [receivedMs: number, uuid: string];

/** Heartbeats, timing and significance series. */
export function createArchivedMessages(prisma: PrismaReads) {
  return {
    /** Newest first. */
    list(
      { tier, cache, detectorName, from, to }: ArchiveFilter,
      page: PageRequest<ArchivePosition>,
    ): Promise<Page<ArchivedMessageRecord, ArchivePosition>> {
      return readBounded<MessageRecord, ArchivedMessageRecord, ArchivePosition>(
        prisma,
        {
          columns: Prisma.sql`uuid, cache, detector, received_at AS "receivedAt", body::text AS body`,
          table: Prisma.sql`message`,
          where: [
            Prisma.sql`kind = ${tier}`,
            ...(cache === undefined ? [] : [Prisma.sql`cache = ${cache}`]),
            ...(detectorName === undefined ? [] : [Prisma.sql`detector = ${detectorName}`]),
            ...(from === undefined ? [] : [Prisma.sql`received_at >= ${dateOf(from)}`]),
            ...(to === undefined ? [] : [Prisma.sql`received_at <= ${dateOf(to)}`]),
          ],
          beyond: ([receivedMs, uuid]) => Prisma.sql`(received_at, uuid) < (${new Date(receivedMs)}, ${uuid}::uuid)`,
          order: Prisma.sql`received_at DESC, uuid DESC`,
          bytes: bytesOf('body'),
          key: ({ receivedAt, uuid }) => [receivedAt.getTime(), uuid],
          view,
        },
        page,
      );
    },
  };
}

type MessageRecord = Pick<Message, 'uuid' | 'cache' | 'detector' | 'receivedAt'> & { readonly body: string };

/** @param message as the cache service stored it: with cache, detector and body */
function view({ uuid, cache, detector, receivedAt, body }: MessageRecord): ArchivedMessageRecord {
  return {
    uuid,
    cache: cache as CacheName,
    detector_name: detector ?? '',
    received_time_utc: utcOf(receivedAt),
    message: new JsonText(body),
  };
}
