import type pg from 'pg';
import type { Config } from '../../config/config.js';
import { migrationNames } from '../../database/migrations.js';
import { connectPatiently } from '../../database/pool.js';
import { requireOwnSessions, UnsuitablePooler } from '../../database/pooler.js';
import { requireSafeDatabase, UnsafeDatabase } from '../../database/safety.js';
import type { Duration } from '../../domain/time.js';
import { inSeconds } from '../../domain/time.js';
import { explainDatabase } from '../explain.js';
import { type Finding, findingsOf, messageOf } from './finding.js';

const { ok, warning, fault } = findingsOf('database');

/** Milliseconds by which two clocks may differ before times of receipt and expiry are visibly wrong. */
const NOTABLE_OFFSET = 250;
const WRONG_OFFSET = 5_000;
const SAMPLES = 5;

/**
 * Looks at a PostgreSQL, and changes nothing.
 * @param now this machine's clock, in POSIX milliseconds
 */
export async function checkDatabase(databaseUrl: string, config: Config, now: () => number): Promise<Finding[]> {
  let client: pg.Client;
  try {
    await requireOwnSessions(databaseUrl);
    client = await connectPatiently(databaseUrl);
  } catch (error) {
    return [error instanceof UnsuitablePooler ? pooled(error) : unreachable(error, databaseUrl)];
  }
  try {
    const { rows } = await client.query<{ version: string; size: string; name: string }>(
      `SELECT current_setting('server_version') AS version, current_database() AS name,
         pg_size_pretty(pg_database_size(current_database())) AS size`,
    );
    const [{ version, size, name } = { version: '', size: '', name: '' }] = rows;
    return [
      ok(`PostgreSQL ${version} answers; the database ${name} has ${size}`),
      await durability(client, config),
      await migrations(client),
      ...(await engines(client, config)),
      await clock(client, now),
    ];
  } catch (error) {
    return [fault(`PostgreSQL answers, and can't be looked at: ${messageOf(error)}`, 'look into its log')];
  } finally {
    await client.end();
  }
}

function unreachable(error: unknown, databaseUrl: string): Finding {
  const { hostname, port } = new URL(databaseUrl);
  const where = `${hostname || 'the local socket'}:${port || 5432}`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '28P01' || code === '28000') {
    return fault(
      `PostgreSQL at ${where} refuses the login (${messageOf(error)})`,
      'check user name and password in DATABASE_URL, and pg_hba.conf',
    );
  }
  if (code === '3D000') {
    return fault(`${messageOf(error)} on ${where}`, 'make it ("createdb"), or check the name in DATABASE_URL');
  }
  const why = explainDatabase(error) ?? messageOf(error);
  return fault(
    `PostgreSQL at ${where} can't be used: ${why}`,
    'start it, and check host, port and TLS in DATABASE_URL',
  );
}

function pooled({ message }: UnsuitablePooler): Finding {
  return fault(message, 'give DATABASE_URL the address of PostgreSQL, not that of the pooler');
}

async function durability(client: pg.Client, { allowUnsafeDatabase }: Config): Promise<Finding> {
  try {
    await requireSafeDatabase(client, false);
    return ok('what is committed survives a power cut');
  } catch (error) {
    if (!(error instanceof UnsafeDatabase)) throw error;
    const advice = 'turn it on in postgresql.conf, or for this user and database; then reload';
    return allowUnsafeDatabase ? warning(error.message, advice) : fault(error.message, advice);
  }
}

async function migrations(client: pg.Client): Promise<Finding> {
  const known = await migrationNames();
  const { rows: tables } = await client.query(`SELECT to_regclass('_prisma_migrations') AS found`);
  const { rows } =
    tables[0].found === null
      ? { rows: [] }
      : await client.query<{ name: string; done: boolean }>(
          `SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
        );
  const failed = rows.find(({ done }) => !done);
  if (failed !== undefined) {
    return fault(
      `the migration ${failed.name} has begun and not ended`,
      'if no server is starting just now, restore the last backup, or settle it by hand',
    );
  }
  const applied = new Set<string>(rows.map(({ name }) => name));
  const newer = [...applied].filter((name) => !known.includes(name));
  if (newer.length > 0) {
    return warning(`the database knows migrations of a newer version (${newer.join(', ')})`, 'upgrade this one too');
  }
  const pending = known.filter((name) => !applied.has(name));
  if (pending.length === 0) return ok(`all ${known.length} migrations are applied`);
  const { rows: rights } = await client.query(
    `SELECT has_schema_privilege(current_schema(), 'CREATE') AS granted, current_user AS name`,
  );
  if (rights[0].granted !== true) {
    return fault(
      `${pending.length} migrations are not applied, and ${rights[0].name} may not make tables`,
      `GRANT CREATE ON SCHEMA public TO "${rights[0].name}", or make it the owner of the database`,
    );
  }
  return applied.size === 0
    ? ok('it is empty: the server makes its tables when it starts')
    : warning(
        `${pending.length} migrations are not applied (${pending.join(', ')})`,
        'the server applies them at its start',
      );
}

/** A server that is configured otherwise than its caches refuses to start. */
async function engines(client: pg.Client, { engine, window }: Config): Promise<Finding[]> {
  const { rows: tables } = await client.query(`SELECT to_regclass('cache') AS found`);
  if (tables[0].found === null) return [];
  const { rows } = await client.query<{ name: string; engine: string; window_ns: Duration }>(
    'SELECT name, engine, window_ns FROM cache ORDER BY name',
  );
  return rows
    .filter((cache) => cache.engine !== engine || cache.window_ns !== window)
    .map((cache) =>
      fault(
        `the ${cache.name} cache runs ${cache.engine} with ${inSeconds(cache.window_ns)} s, configured is ${engine} with ${inSeconds(window)} s`,
        `"snews cache switch", or COINCIDENCE_ENGINE=${cache.engine} and COINCIDENCE_THRESHOLD=${inSeconds(cache.window_ns)}`,
      ),
    );
}

/** The offset of PostgreSQL's clock, by the answer that took the shortest time. */
async function clock(client: pg.Client, now: () => number): Promise<Finding> {
  let best = { way: Number.POSITIVE_INFINITY, offset: 0 };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const asked = now();
    const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms');
    const way = now() - asked;
    if (way < best.way) best = { way, offset: rows[0].ms - asked - way / 2 };
  }
  const offset = Math.round(best.offset);
  const what = `PostgreSQL's clock is ${Math.abs(offset)} ms ${offset < 0 ? 'behind' : 'ahead of'} this machine's (± ${Math.ceil(best.way / 2)} ms)`;
  const apart = Math.abs(best.offset) - best.way / 2;
  if (apart < NOTABLE_OFFSET) return ok(what);
  const advice = 'let NTP (chrony, systemd-timesyncd) set the clocks of both machines';
  return apart < WRONG_OFFSET ? warning(what, advice) : fault(what, advice);
}
