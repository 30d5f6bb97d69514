import pg from 'pg';
import type { Log } from '../domain/log.js';
import { GatheringSocket } from './gathering-socket.js';
import { openPool, openSession } from './session.js';

const INT8 = 20;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ = 1184;

/** 64-bit integers are parsed to bigint, timestamps to Date. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return BigInt;
    if (oid === INT8_ARRAY) return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt));
    if (oid === TIMESTAMPTZ) return (text: string) => new Date(text);
    return pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;

/** The timeout of a command's statement: a hundred times what it takes on a busy day. */
const PATIENCE_MILLISECONDS = 8_000;
/** How long a command waits for a connection. */
const POOL_MILLISECONDS = 4_000;

/**
 * The pool of the hot path. Its connections pipeline: statements that don't need one another's results are sent together.
 * Their timeouts are short: a replica that dies must not hold a cache's lock for longer than a few seconds.
 */
export function createPool(databaseUrl: string, log: Log, schema?: string): pg.Pool {
  return openPool(
    databaseUrl,
    {
      name: 'snews',
      schema,
      config: {
        max: 12,
        connectionTimeoutMillis: POOL_MILLISECONDS,
        // A database that hangs does not cancel the statement itself; the caller has to try again.
        query_timeout: PATIENCE_MILLISECONDS,
        pipeline: true,
        stream: () => new GatheringSocket(),
        types,
      },
      settings: {
        idle_in_transaction_session_timeout: '5s',
        statement_timeout: String(PATIENCE_MILLISECONDS),
        // An index serves each of the hot statements; the planner must use it also while its statistics are outdated.
        enable_seqscan: 'off',
        enable_indexscan: 'on',
        enable_indexonlyscan: 'on',
        enable_nestloop: 'on',
        // Of several indexes the planner takes the one that gives the order that is asked for.
        enable_sort: 'off',
        enable_bitmapscan: 'off',
        enable_hashjoin: 'off',
        enable_mergejoin: 'off',
        enable_material: 'off',
        plan_cache_mode: 'force_generic_plan',
        jit: 'off',
      },
    },
    log,
  );
}

/** Opens a connection for statements that may take long, without the timeouts of the pool. The caller ends it. */
export function connectPatiently(databaseUrl: string, schema?: string): Promise<pg.Client> {
  return openSession(databaseUrl, { name: 'snews patient', schema, config: { pipeline: true, types } });
}
