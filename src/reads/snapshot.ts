import { tellingAway } from '../database/away.js';
import type { PrismaReads } from '../database/prisma.js';

/** How long a snapshot may be held: meanwhile PostgreSQL can't remove dead rows. */
const SNAPSHOT_MS = 300_000;

/** The transaction of a snapshot. */
export type Snapshot = Parameters<Parameters<PrismaReads['$transaction']>[0]>[0];

/**
 * Reads in portions as of one moment.
 * @throws DatabaseAway
 */
export function inSnapshot<Result>(
  prisma: PrismaReads,
  read: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  return tellingAway(() => prisma.$transaction(read, { isolationLevel: 'RepeatableRead', timeout: SNAPSHOT_MS }));
}
