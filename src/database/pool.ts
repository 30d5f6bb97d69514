import pg from 'pg';
import { DatabaseAway } from '../domain/database-away.js';
import { GatheringSocket } from './gathering-socket.js';
import { searchPath } from './schema.js';

/** What the pool needs of a logger. */
interface Log {
  warn(details: object, message: string): void;
}

const INT8 = 20;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ = 1184;

/** 64-bit integers come as bigint; times as PostgreSQL's text, which keeps its microseconds. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return BigInt;
    if (oid === INT8_ARRAY) return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt));
    if (oid === TIMESTAMPTZ) return (text: string) => new Date(text);
    return pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;

/** How long a command's statement may take; a hundred times what it does on a busy day. */
const PATIENCE_MILLISECONDS = 8_000;

/**
 * The pool of the hot path. Its connections pipeline: statements that don't wait for one another's results are
 * sent together. They also give up quickly: a replica that loses its power must not hold a cache's lock for
 * longer than a few seconds.
 */
export function createPool(databaseUrl: string, log: Log, schema?: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'snews',
    max: 12,
    connectionTimeoutMillis: 5_000,
    // A database that stands still says nothing at all: whoever waits must be told to try again.
    query_timeout: PATIENCE_MILLISECONDS,
    keepAlive: true,
    pipeline: true,
    stream: () => new GatheringSocket(),
    types,
    options: [
      ...(schema === undefined ? [] : [searchPath(schema)]),
      '-c idle_in_transaction_session_timeout=5s',
      `-c statement_timeout=${PATIENCE_MILLISECONDS}`,
      '-c tcp_keepalives_idle=2',
      '-c tcp_keepalives_interval=1',
      '-c tcp_keepalives_count=3',
      '-c tcp_user_timeout=5s',
      // The hot statements are all answered by an index, also before the statistics know that the tables have grown.
      '-c enable_seqscan=off',
      // Of several indexes, the one that gives the asked order.
      '-c enable_sort=off',
      '-c enable_bitmapscan=off',
      '-c enable_hashjoin=off',
      '-c enable_mergejoin=off',
      '-c enable_material=off',
      '-c plan_cache_mode=force_generic_plan',
      '-c jit=off',
    ].join(' '),
  } as pg.PoolConfig);
  // An idle connection that breaks (the database restarts) is replaced at the next use.
  pool.on('error', (error) => log.warn({ err: error }, 'database:connection-lost'));
  return pool;
}

/** A connection for statements that may take long, outside the pool's limits. The caller ends it. */
export async function connectPatiently(databaseUrl: string, schema?: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'snews patient',
    options: searchPath(schema),
    pipeline: true,
    types,
  } as pg.ClientConfig);
  await client.connect();
  return client;
}

/** Conditions under which the same command may succeed a little later. */
const AWAY = /^(08|57P|53)/;
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57014',
  '25P03',
]);
const AWAY_MESSAGES =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Cannot use a pool after calling end/;

/** Turns an error that means "the database is away" into one that says so; gives back any other as it is. */
export function asDatabaseAway(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (AWAY.test(code) || AWAY_CODES.has(code) || AWAY_MESSAGES.test(error.message)) {
    return new DatabaseAway('the database is away', { cause: error });
  }
  return error;
}

/** True if the transaction lost against another one and will do better when it is tried again. */
export function isRetriable(error: unknown): boolean {
  // Unique violation (the same uuid was written meanwhile), serialization failure, deadlock.
  return error instanceof Error && 'code' in error && ['23505', '40001', '40P01'].includes(String(error.code));
}
