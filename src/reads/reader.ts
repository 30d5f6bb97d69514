import type { PrismaReads } from '../database/prisma.js';

/** Runs statements: the client, or a transaction of it. */
export type Reader = Pick<PrismaReads, '$queryRaw'>;
