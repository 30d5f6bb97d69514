import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import { undoableUntil } from '../domain/resets.js';
import type { ResetView } from '../domain/views.js';
import type { CacheReset } from '../generated/prisma/client.js';
import { type Page, type PageRequest, toPage } from './page.js';
import { utcOf } from './times.js';

export type ResetRecord = CacheReset;

/** Resets of the caches, and their undos. */
export function createResets(prisma: PrismaReads) {
  return {
    /** Newest first; those of the same time in order of their ids. */
    async list(
      cache: CacheName | undefined,
      { limit, after }: PageRequest<ResetKey>,
    ): Promise<Page<ResetView, ResetKey>> {
      const at = after && new Date(after[0]);
      const older = at === undefined ? {} : { OR: [{ at: { lt: at } }, { at, id: { lt: after?.[1] ?? '' } }] };
      const stored = await prisma.cacheReset.findMany({
        where: { ...(cache === undefined ? {} : { cache }), ...older },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      return toPage(stored, limit, (reset) => [reset.at.toISOString(), reset.id] as const, resetView);
    },

    /** The last reset of a cache; null: there is none. */
    async last(cache: CacheName): Promise<ResetView | null> {
      const stored = await prisma.cacheReset.findFirst({ where: { cache }, orderBy: { command: 'desc' } });
      return stored && resetView(stored);
    },
  };
}

/** The time of the reset in milliseconds, and its id. */
export type ResetKey = readonly [at: string, id: string];

export function resetView(reset: ResetRecord): ResetView {
  const { id, cache, at, actor, reason, dropped, undoAskedAt, undoActor, undoneAt, restored, undoAlerts } = reset;
  return {
    id,
    cache: cache as CacheName,
    time_utc: utcOf(at),
    actor,
    reason,
    dropped,
    undo_until: utcOf(undoableUntil(at)),
    undo:
      undoAskedAt === null
        ? null
        : {
            actor: undoActor ?? '',
            asked_at: utcOf(undoAskedAt),
            done_at: undoneAt === null ? null : utcOf(undoneAt),
            restored,
            alerts: undoAlerts,
          },
  };
}
