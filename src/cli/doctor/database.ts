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

const { ok, warning, error } = findingsOf('database');

/** Milliseconds by which two clocks may differ before times of reception and expiry are visibly wrong. */
const NOTABLE_OFFSET = 250;
const WRONG_OFFSET = 5_000;
const SAMPLES = 5;

/**
 * Checks a PostgreSQL database and changes nothing.
 * @param now this machine's clock, in POSIX milliseconds
 */
export async function checkDatabase(databaseUrl: string, config: Config, now: () => number): Promise<Finding[]> {
  let client: pg.Client;
  try {
    await requireOwnSessions(databaseUrl);
    client = await connectPatiently(databaseUrl);
  } catch (failure) {
    return [failure instanceof UnsuitablePooler ? pooled(failure) : unreachable(failure, databaseUrl)];
  }
  try {
    const { rows } = await client.query<{ version: string; size: string; name: string }>(
      `SELECT current_setting('server_version') AS version, current_database() AS name,
         pg_size_pretty(pg_database_size(current_database())) AS size`,
    );
    const [{ version, size, name } = { version: '', size: '', name: '' }] = rows;
    return [
      ok(`PostgreSQL ${version} answers; the size of the database ${name} is ${size}`),
      await durability(client, config),
      await migrations(client),
      ...(await engines(client, config)),
      await clock(client, now),
    ];
  } catch (failure) {
    return [error(`PostgreSQL answers, but the check failed: ${messageOf(failure)}`, 'read its log')];
  } finally {
    await client.end();
  }
}

function unreachable(failure: unknown, databaseUrl: string): Finding {
  const { hostname, port } = new URL(databaseUrl);
  const where = `${hostname || 'the local socket'}:${port || 5432}`;
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : '';
  if (code === '28P01' || code === '28000') {
    return error(
      `PostgreSQL at ${where} rejects the login (${messageOf(failure)})`,
      'check user name and password in DATABASE_URL, and pg_hba.conf',
    );
  }
  if (code === '3D000') {
    return error(`${messageOf(failure)} on ${where}`, 'create it ("createdb"), or check the name in DATABASE_URL');
  }
  const why = explainDatabase(failure) ?? messageOf(failure);
  return error(
    `PostgreSQL at ${where} cannot be used: ${why}`,
    'start it, and check host, port and TLS in DATABASE_URL',
  );
}

function pooled({ message }: UnsuitablePooler): Finding {
  return error(message, 'set DATABASE_URL to the address of PostgreSQL instead of that of the pooler');
}

async function durability(client: pg.Client, { allowUnsafeDatabase }: Config): Promise<Finding> {
  try {
    await requireSafeDatabase(client, false);
    return ok('committed transactions survive a power failure');
  } catch (failure) {
    if (!(failure instanceof UnsafeDatabase)) throw failure;
    const advice = 'turn it on in postgresql.conf, or for this user and database, and reload the configuration';
    return allowUnsafeDatabase ? warning(failure.message, advice) : error(failure.message, advice);
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
    return error(
      `the migration ${failed.name} is not finished`,
      'if no server is starting now, restore the last backup, or finish the migration by hand',
    );
  }
  const applied = new Set<string>(rows.map(({ name }) => name));
  const newer = [...applied].filter((name) => !known.includes(name));
  if (newer.length > 0) {
    return warning(
      `the database has migrations of a newer version (${newer.join(', ')})`,
      'upgrade this installation too',
    );
  }
  const pending = known.filter((name) => !applied.has(name));
  if (pending.length === 0) return ok(`all ${known.length} migrations are applied`);
  const { rows: rights } = await client.query(
    `SELECT has_schema_privilege(current_schema(), 'CREATE') AS granted, current_user AS name`,
  );
  if (rights[0].granted !== true) {
    return error(
      `${pending.length} migrations are not applied, and ${rights[0].name} has no right to create tables`,
      `GRANT CREATE ON SCHEMA public TO "${rights[0].name}", or make it the owner of the database`,
    );
  }
  return applied.size === 0
    ? ok('the database is empty: the server creates its tables when it starts')
    : warning(
        `${pending.length} migrations are not applied (${pending.join(', ')})`,
        'the server applies them when it starts',
      );
}

/** The server does not start if a cache differs from its configuration. */
async function engines(client: pg.Client, { engine, window }: Config): Promise<Finding[]> {
  const { rows: tables } = await client.query(`SELECT to_regclass('cache') AS found`);
  if (tables[0].found === null) return [];
  const { rows } = await client.query<{ name: string; engine: string; window_ns: Duration }>(
    'SELECT name, engine, window_ns FROM cache ORDER BY name',
  );
  return rows
    .filter((cache) => cache.engine !== engine || cache.window_ns !== window)
    .map((cache) =>
      error(
        `the ${cache.name} cache uses ${cache.engine} with ${inSeconds(cache.window_ns)} s, but ${engine} with ${inSeconds(window)} s is configured`,
        `run "snews cache switch", or set COINCIDENCE_ENGINE=${cache.engine} and COINCIDENCE_THRESHOLD=${inSeconds(cache.window_ns)}`,
      ),
    );
}

/** The offset of PostgreSQL's clock, from the fastest of several answers. */
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
  const advice = 'synchronize the clocks of both machines with NTP (chrony, systemd-timesyncd)';
  return apart < WRONG_OFFSET ? warning(what, advice) : error(what, advice);
}
