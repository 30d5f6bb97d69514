import { PrismaPg } from '@prisma/adapter-pg';
import type { Log } from '../domain/log.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { tellingAway } from './away.js';
import { PUBLIC } from './schema.js';
import { openPool } from './session.js';

const STATEMENT_MILLISECONDS = 30_000;
/** How long a read waits for a connection. */
const POOL_MILLISECONDS = 4_000;

/**
 * The client for ordinary reads and for what administrators change. It has connections of its own, so that many readers
 * don't delay the commands, and its statements are cancelled after 30 s.
 * Errors that mean that the database is away are thrown as `DatabaseAway`.
 */
export function createPrisma(databaseUrl: string, log: Log, schema?: string) {
  const pool = openPool(
    databaseUrl,
    {
      name: 'snews reads',
      schema,
      config: { max: 8, connectionTimeoutMillis: POOL_MILLISECONDS, query_timeout: STATEMENT_MILLISECONDS },
      settings: { statement_timeout: String(STATEMENT_MILLISECONDS) },
    },
    log,
  );
  const adapter = new PrismaPg(pool, {
    schema: schema ?? PUBLIC,
    disposeExternalPool: true,
    onConnectionError: (error) => log.warn({ err: error }, 'database:connection-lost'),
  });
  return new PrismaClient({ adapter }).$extends({
    name: 'database-away',
    query: {
      $allOperations: ({ args, query }) => tellingAway(() => query(args)),
    },
  });
}

/** The type of the client, with its extension. */
export type PrismaReads = ReturnType<typeof createPrisma>;
