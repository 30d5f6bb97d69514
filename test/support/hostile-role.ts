import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Where the least or another value isn't what hurts most, or where there is nothing to choose from. */
const WORST: Readonly<Record<string, string>> = {
  client_encoding: 'LATIN1',
  client_min_messages: 'debug5',
  DateStyle: 'German, DMY',
  default_tablespace: 'nowhere',
  default_text_search_config: 'pg_catalog.simple',
  default_transaction_isolation: 'serializable',
  extra_float_digits: '-15',
  geqo_pool_size: '2147483647',
  geqo_threshold: '2',
  gin_fuzzy_search_limit: '1',
  idle_in_transaction_session_timeout: '1',
  idle_session_timeout: '1',
  lock_timeout: '1',
  plan_cache_mode: 'force_custom_plan',
  restrict_nonsystem_relation_kind: 'view, foreign-table',
  role: 'pg_monitor',
  search_path: 'nowhere',
  statement_timeout: '1',
  synchronous_commit: 'off',
  tcp_user_timeout: '1',
  temp_tablespaces: 'nowhere',
  TimeZone: 'Pacific/Marquesas',
  timezone_abbreviations: 'India',
  // The one that can be set back only by a first statement, which must have the time for it.
  transaction_timeout: '500',
};

/**
 * An order to write nothing is obeyed: service and readiness say so (see read-only-database.test.ts). What one
 * transaction is can't be set for a role. The rest has no other value, or is no session's.
 */
const LEFT_OUT = new Set([
  'default_transaction_read_only',
  'transaction_read_only',
  'transaction_isolation',
  'transaction_deferrable',
]);

interface Setting {
  readonly name: string;
  readonly setting: string;
  readonly vartype: string;
  readonly choices: string[] | null;
  readonly min_val: string | null;
  readonly max_val: string | null;
}

function hostileValue({ name, setting, vartype, choices, min_val, max_val }: Setting): string | undefined {
  if (WORST[name] !== undefined) return WORST[name];
  switch (vartype) {
    case 'bool':
      return setting === 'on' ? 'off' : 'on';
    case 'enum':
      return choices?.find((choice) => choice !== setting);
    case 'integer':
    case 'real':
      return (setting === min_val ? max_val : min_val) ?? undefined;
    default:
      return undefined;
  }
}

/**
 * A role that owns the database, and for which whatever a user can set is set to something else.
 * @param isHostile false: the same, and nothing is set
 * @returns where the database is for it, and what was set
 */
export async function ownByRole(databaseUrl: string, isHostile: boolean) {
  const url = new URL(databaseUrl);
  const role = `role_${randomUUID().replaceAll('-', '')}`;
  const database = url.pathname.slice(1);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const set: string[] = [];
  try {
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'hostile'; GRANT pg_monitor TO ${role};
      ALTER DATABASE ${database} OWNER TO ${role}; ALTER SCHEMA public OWNER TO ${role}`);
    const { rows } =
      await client.query<Setting>(`SELECT name, setting, vartype, enumvals::text[] AS choices, min_val, max_val
      FROM pg_settings WHERE context = 'user' AND name <> 'application_name' ORDER BY name`);
    const all = [
      ...rows,
      { name: 'role', setting: 'none', vartype: 'string', choices: null, min_val: null, max_val: null },
    ];
    for (const setting of isHostile ? all : []) {
      const value = LEFT_OUT.has(setting.name) ? undefined : hostileValue(setting);
      if (value === undefined) continue;
      // Half of it with the role, half with the database.
      const whose = set.length % 2 === 0 ? `ROLE ${role}` : `DATABASE ${database}`;
      await client.query(`ALTER ${whose} SET ${setting.name} = '${value}'`);
      set.push(setting.name);
    }
  } finally {
    await client.end();
  }
  url.username = role;
  url.password = 'hostile';
  return { url: url.href, role, set };
}
