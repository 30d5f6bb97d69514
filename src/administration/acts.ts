import { exactNumber, type Page, type PageRequest, toPage } from '../cache/reads/page.js';
import { utcOf } from '../cache/reads/times.js';
import type { PrismaReads } from '../database/prisma.js';
import type { Json } from '../domain/commands.js';

/** Who did what, and when. */
export interface AdminActView {
  readonly id: number;
  readonly time_utc: string;
  /** The id of the key that did it. */
  readonly actor: string;
  readonly act: string;
  readonly detail: Json;
}

/** What administrators did; it is recorded with what they do, and never altered. */
export function createAdminActs(prisma: PrismaReads) {
  return {
    /** The newest first. */
    async list({ limit, after }: PageRequest<number>): Promise<Page<AdminActView, number>> {
      const stored = await prisma.adminAct.findMany({
        where: after === undefined ? {} : { id: { lt: BigInt(after) } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(
        stored,
        limit,
        ({ id }) => exactNumber(id),
        ({ id, at, actor, act, detail }) => ({
          id: exactNumber(id),
          time_utc: utcOf(at),
          actor,
          act,
          detail: detail as Json,
        }),
      );
    },
  };
}
