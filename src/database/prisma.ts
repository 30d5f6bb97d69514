import { PrismaPg } from '@prisma/adapter-pg';
import { DatabaseAway } from '../domain/database-away.js';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { asDatabaseAway } from './pool.js';
import { PUBLIC, searchPath } from './schema.js';

/** What the client needs of a logger. */
interface Log {
  warn(details: object, message: string): void;
}

/**
 * The client of ordinary reads and of what administrators keep. It has connections of its own, so that many
 * readers can't hold up the commands, and a statement of its may not run for longer than 30 s.
 * Errors that mean "the database is away" come out as `DatabaseAway`.
 */
export function createPrisma(databaseUrl: string, log: Log, schema?: string) {
  const adapter = new PrismaPg(
    {
      connectionString: databaseUrl,
      application_name: 'snews reads',
      options: searchPath(schema),
      max: 8,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      statement_timeout: 30_000,
      query_timeout: 30_000,
    },
    {
      schema: schema ?? PUBLIC,
      // An idle connection that breaks (the database restarts) is replaced at the next use.
      onPoolError: (error) => log.warn({ err: error }, 'database:connection-lost'),
      onConnectionError: (error) => log.warn({ err: error }, 'database:connection-lost'),
    },
  );
  return new PrismaClient({ adapter }).$extends({
    name: 'database-away',
    query: {
      async $allOperations({ args, query }) {
        try {
          return await query(args);
        } catch (error) {
          throw isAway(error) ? new DatabaseAway('the database is away', { cause: error }) : asDatabaseAway(error);
        }
      },
    },
  });
}

/** The client as everybody but its maker sees it. */
export type PrismaReads = ReturnType<typeof createPrisma>;

/** What a driver adapter calls a database that can't be reached, or that went away meanwhile. */
const AWAY_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** PostgreSQL's own codes: connection exceptions, operator intervention (shutdown, restart), out of resources. */
const AWAY_SQLSTATES = /^(08|57P|53)/;

function isAway(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  const cause = driverCause(error.meta);
  return AWAY_KINDS.has(cause.kind ?? '') || AWAY_SQLSTATES.test(cause.originalCode ?? '');
}

interface DriverCause {
  readonly kind?: string;
  readonly originalCode?: string;
}

function driverCause(meta: Record<string, unknown> | undefined): DriverCause {
  const adapterError = meta?.driverAdapterError as { readonly cause?: DriverCause } | undefined;
  return adapterError?.cause ?? {};
}
