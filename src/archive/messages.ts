import { type Page, type PageRequest, toPage } from '../cache/reads/page.js';
import { dateOf, utcOf } from '../cache/reads/times.js';
import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { ArchivedTier, Json } from '../domain/commands.js';
import type { Instant } from '../domain/time.js';
import type { Message } from '../generated/prisma/client.js';

/** A message that changed no table, as it is kept. */
export interface ArchivedMessage {
  readonly uuid: string;
  readonly cache: CacheName;
  readonly detector_name: string;
  readonly received_time_utc: string;
  /** As it came, passwords masked. */
  readonly message: Json;
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
    /** The newest first. */
    async list(
      { tier, cache, detectorName, from, to }: ArchiveFilter,
      { limit, after }: PageRequest<ArchivePosition>,
    ): Promise<Page<ArchivedMessage, ArchivePosition>> {
      const stored = await prisma.message.findMany({
        where: {
          kind: tier,
          ...(cache === undefined ? {} : { cache }),
          ...(detectorName === undefined ? {} : { detector: detectorName }),
          receivedAt: {
            ...(from === undefined ? {} : { gte: dateOf(from) }),
            ...(to === undefined ? {} : { lte: dateOf(to) }),
          },
          ...(after === undefined ? {} : before(after)),
        },
        orderBy: [{ receivedAt: 'desc' }, { uuid: 'desc' }],
        take: limit + 1,
      });
      return toPage(stored, limit, ({ receivedAt, uuid }) => [receivedAt.getTime(), uuid] as const, view);
    },
  };
}

function before([receivedMs, uuid]: ArchivePosition) {
  const receivedAt = new Date(receivedMs);
  return { OR: [{ receivedAt: { lt: receivedAt } }, { receivedAt, uuid: { lt: uuid } }] };
}

/** @param message as the cache service stored it: with cache, detector and body */
function view({ uuid, cache, detector, receivedAt, body }: Message): ArchivedMessage {
  return {
    uuid,
    cache: cache as CacheName,
    detector_name: detector ?? '',
    received_time_utc: utcOf(receivedAt),
    message: body as Json,
  };
}
