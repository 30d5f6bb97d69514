import type { PrismaReads } from '../database/prisma.js';

/** What reads by statements: the client, or a transaction of it. */
export type Reader = Pick<PrismaReads, '$queryRaw'>;
