import type { PrismaReads } from '../database/prisma.js';
import type { Json } from '../domain/commands.js';
import { type AuditLogEntry, Prisma } from '../generated/prisma/client.js';
import { readBounded } from './bounded-list.js';
import { exactNumber, type Page, type PageRequest } from './page.js';
import { utcOf } from './times.js';
import { bytesOf } from './within-bytes.js';

/** An entry of the audit log: who did what, and when. */
export interface AuditLogEntryView {
  readonly id: number;
  readonly time_utc: string;
  /** The id of the key that was used. */
  readonly actor: string;
  readonly act: string;
  readonly detail: Json;
}

/** What administrators did: recorded in the transaction of what they do, and never altered. */
export function createAuditLog(prisma: PrismaReads) {
  return {
    /** Newest first. */
    list(page: PageRequest<number>): Promise<Page<AuditLogEntryView, number>> {
      return readBounded<AuditLogEntry, AuditLogEntryView, number>(
        prisma,
        {
          columns: Prisma.sql`id, at, actor, act AS action, detail`,
          table: Prisma.sql`admin_act`,
          where: [],
          beyond: (id) => Prisma.sql`id < ${id}`,
          order: Prisma.sql`id DESC`,
          bytes: bytesOf('detail'),
          key: ({ id }) => exactNumber(id),
          view: ({ id, at, actor, action, detail }) => ({
            id: exactNumber(id),
            time_utc: utcOf(at),
            actor,
            act: action,
            detail: detail as Json,
          }),
        },
        page,
      );
    },
  };
}
