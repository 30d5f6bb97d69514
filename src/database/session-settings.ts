import type pg from 'pg';
import { PUBLIC } from './schema.js';

/**
 * The settings that the statements of this service rely on. Every session starts with them, which overrides
 * ALTER ROLE … SET, ALTER DATABASE … SET and the options in DATABASE_URL. Settings that only affect speed (work_mem, costs)
 * or the server's log are left to the administrator. So is `default_transaction_read_only`: with it the database counts as
 * away.
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
  // Transactions. Timeouts are set for each kind of connection.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  exit_on_error: 'off',
  lock_timeout: '0',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  // PostgreSQL notices within seconds that a client which holds locks is dead.
  tcp_keepalives_idle: '2',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '5s',
  client_min_messages: 'warning',
} as const;

export type Settings = Readonly<Record<string, string>>;

/** @param settings the settings of a kind of connection, in addition to those of all */
export function sessionOptions(schema: string | undefined, settings: Settings): string {
  const all: Settings = { ...RELIED_ON, search_path: `"${schema ?? PUBLIC}"`, ...settings };
  return Object.entries(all)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ');
}

/**
 * Settings that can't be startup parameters, because an older PostgreSQL does not know them (transaction_timeout,
 * restrict_nonsystem_relation_kind) or because they depend on their source: synchronous_commit is turned on if only the
 * role or the database turned it off.
 */
const PREPARE = `SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only')::boolean AS read_only,
  (SELECT count(set_config(name, wanted, false)) FROM (
    SELECT name, CASE name WHEN 'transaction_timeout' THEN '0' WHEN 'restrict_nonsystem_relation_kind' THEN '' ELSE 'on' END AS wanted
    FROM pg_settings
    WHERE name IN ('transaction_timeout', 'restrict_nonsystem_relation_kind')
      OR (name = 'synchronous_commit' AND setting IN ('off', 'local') AND source IN ('database', 'user', 'database user'))
  ) AS differing) AS changed`;

/** What a session learns about itself when it starts. */
export interface Beginning {
  /** The backend process that serves it. */
  readonly pid: number;
  /** True if it may not write. */
  readonly read_only: boolean;
}

/** Sets what can't be a startup parameter. */
export async function prepareSession(client: pg.ClientBase, patienceMs: number): Promise<Beginning> {
  const { rows } = await client.query<Beginning>({ text: PREPARE, query_timeout: patienceMs } as pg.QueryConfig);
  return rows[0] as Beginning;
}
