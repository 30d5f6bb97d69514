import type pg from 'pg';
import { PUBLIC } from './schema.js';

/**
 * What the statements of this service rely on. It is said at the start of every session, so that it holds whatever
 * ALTER ROLE … SET, ALTER DATABASE … SET or the options in DATABASE_URL say. What changes only how fast an answer comes
 * (work_mem, costs), or what the server logs, is left to the administrator; so is `default_transaction_read_only`, which is an order to
 * write nothing: the service then says that the database is away.
 */
const RELIED_ON = {
  // How values are written and read.
  client_encoding: 'UTF8',
  TimeZone: 'UTC',
  timezone_abbreviations: 'Default',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  xmloption: 'content',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  quote_all_identifiers: 'off',
  // What statements mean, and where they find their tables.
  transform_null_equals: 'off',
  gin_fuzzy_search_limit: '0',
  row_security: 'on',
  check_function_bodies: 'on',
  default_table_access_method: 'heap',
  default_toast_compression: 'pglz',
  default_tablespace: '',
  temp_tablespaces: '',
  role: 'none',
  // What transactions are, and how long they may take: each kind of connection says the latter itself.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  exit_on_error: 'off',
  lock_timeout: '0',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  // Whoever holds locks and is gone is found by the server within seconds.
  tcp_keepalives_idle: '2',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '5s',
  client_min_messages: 'warning',
} as const;

export type Settings = Readonly<Record<string, string>>;

/** @param settings what the kind of connection sets beside what all rely on */
export function sessionOptions(schema: string | undefined, settings: Settings): string {
  const all: Settings = { ...RELIED_ON, search_path: `"${schema ?? PUBLIC}"`, ...settings };
  return Object.entries(all)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ');
}

/**
 * What can't be said at the start, because an older PostgreSQL doesn't know it or it depends: transaction_timeout (17), and
 * that a commit is on the disk when it is told, where only role or database say that it needn't be.
 */
const PREPARE = `SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only')::boolean AS read_only,
  (SELECT count(set_config(name, wanted, false)) FROM (
    SELECT name, CASE name WHEN 'transaction_timeout' THEN '0' WHEN 'restrict_nonsystem_relation_kind' THEN '' ELSE 'on' END AS wanted
    FROM pg_settings
    WHERE name IN ('transaction_timeout', 'restrict_nonsystem_relation_kind')
      OR (name = 'synchronous_commit' AND setting IN ('off', 'local') AND source IN ('database', 'user', 'database user'))
  ) AS differing) AS changed`;

/** What a session learns of itself at its beginning. */
export interface Beginning {
  /** The server's process that serves it. */
  readonly pid: number;
  /** True if it may not write. */
  readonly read_only: boolean;
}

/** Finishes a session's beginning. */
export async function prepareSession(client: pg.ClientBase, patienceMs: number): Promise<Beginning> {
  const { rows } = await client.query<Beginning>({ text: PREPARE, query_timeout: patienceMs } as pg.QueryConfig);
  return rows[0] as Beginning;
}
