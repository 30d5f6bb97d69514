import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Log } from '../domain/log.js';
import { pauseUnlessAborted, unlessAborted } from './aborting.js';
import { makeSession, type Session } from './session.js';

/**
 * Applies Prisma's migrations, and records them in Prisma's table `_prisma_migrations`. Each migration and its entry there
 * are one transaction, so that a process that is killed leaves nothing half done.
 */
const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));

/** The key of an advisory lock, an arbitrary number: replicas that start together migrate one after the other. */
const MIGRATION_LOCK = 7_041_987;

/** How long a replica waits for another one that migrates: large tables take long. */
const PATIENCE_MILLISECONDS = 300_000;
const RETRY_MILLISECONDS = 500;
/** How often the log tells for whom it waits. */
const LOG_MILLISECONDS = 10_000;

/** The table as Prisma's own tools make it. */
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** A statement that waits for a table's lock blocks all later ones, so the wait is short, and the migration is retried. */
const LOCK_NOT_AVAILABLE = '55P03';
const SETTINGS = { lock_timeout: '2s', idle_in_transaction_session_timeout: '60s' };

export interface MigrateOptions {
  /** The schema of the tables; made if it does not exist. */
  readonly schema?: string;
  /** Gets a line about whom it waits for. */
  readonly log?: Log;
  /** Aborts it; the migration that is under way is rolled back. */
  readonly signal?: AbortSignal | undefined;
  /** How long others may hold the lock, in milliseconds. */
  readonly patience?: number;
}

/** Other sessions hold a lock for too long; the message tells which ones, and what to do. */
export class MigrationsLocked extends Error {
  override readonly name = 'MigrationsLocked';
}

/**
 * Brings the database up to the newest migration.
 * @returns the names of the migrations that were applied now
 * @throws MigrationsLocked
 * @throws Error naming the migration that failed; the database then needs an administrator
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const { schema, signal } = options;
  const client = makeSession(databaseUrl, { name: 'snews migrations', schema, settings: SETTINGS });
  try {
    return await unlessAborted(applyAll(client, options), signal);
  } finally {
    // After an abort the answer to the last statement is not awaited.
    if (signal?.aborted) client.cut(new Error('the start was aborted'));
    else await client.end();
  }
}

async function applyAll(session: Session, options: MigrateOptions): Promise<string[]> {
  const { schema, log, signal, patience = PATIENCE_MILLISECONDS } = options;
  const client: pg.Client = session;
  const wait = createWait(client, patience, log, signal);
  await session.begin();
  while (!(await isOurs(client))) await wait(lockHolder, 'database:waiting-for-migrations');
  if (schema !== undefined) await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
  await client.query(MIGRATIONS_TABLE);
  const { rows } = await client.query<{ name: string; done: boolean }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const begun = rows.find(({ done }) => !done);
  if (begun !== undefined) {
    throw new Error(
      `the migration ${begun.name} has begun and not ended: restore the last backup, or settle it by hand`,
    );
  }
  const known = new Set(rows.map(({ name }) => name));
  const applied: string[] = [];
  for (const name of await migrationNames()) {
    if (known.has(name)) continue;
    while (!(await isApplied(client, name))) await wait(tableHolders, 'database:waiting-for-tables');
    applied.push(name);
  }
  return applied;
}

async function isOurs(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS ours', [MIGRATION_LOCK]);
  return rows[0]?.ours === true;
}

/** @returns false if another session holds a lock on a table that it changes */
async function isApplied(client: pg.Client, name: string): Promise<boolean> {
  const script = await readFile(path.join(MIGRATIONS_DIRECTORY, name, 'migration.sql'), 'utf8');
  const started = new Date();
  await client.query('BEGIN');
  try {
    await client.query(script);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), createHash('sha256').update(script).digest('hex'), name, started],
    );
    await client.query('COMMIT');
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('ROLLBACK');
    if (error.code === LOCK_NOT_AVAILABLE) return false;
    // The code tells whether the database is away.
    throw Object.assign(new Error(`the migration ${name} failed: ${error.message}`, { cause: error }), {
      code: error.code,
    });
  }
}

/** Makes a function that waits a moment, logs for whom, and throws when the patience is used up. */
function createWait(client: pg.Client, patience: number, log: Log | undefined, signal: AbortSignal | undefined) {
  const began = performance.now();
  let loggedAt = Number.NEGATIVE_INFINITY;
  return async (whom: string, message: string): Promise<void> => {
    const now = performance.now();
    const isOver = now - began > patience;
    if (isOver || now - loggedAt > LOG_MILLISECONDS) {
      const { rows: holders } = await client.query<Holder>(whom, whom === lockHolder ? [MIGRATION_LOCK] : []);
      if (isOver) throw new MigrationsLocked(lockedFor(now - began, holders));
      loggedAt = now;
      log?.warn({ seconds: Math.round((now - began) / 1_000), holders }, message);
    }
    await pauseUnlessAborted(RETRY_MILLISECONDS, signal);
  };
}

interface Holder {
  readonly pid: number;
  /** Null: a Unix socket on PostgreSQL's machine, or a role whose sessions are hidden. */
  readonly address: string | null;
  readonly application: string | null;
  readonly role: string | null;
  readonly since: Date | null;
}

const HOLDER = `DISTINCT a.pid, host(a.client_addr) AS address, nullif(a.application_name, '') AS application,
  a.usename AS role, a.backend_start AS since`;

const lockHolder = `SELECT ${HOLDER} FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Sessions that have held locks on tables of this database for longer than the lock timeout. */
const tableHolders = `SELECT ${HOLDER} FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() AND a.xact_start < now() - interval '2 s'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

function lockedFor(milliseconds: number, holders: readonly Holder[]): string {
  const who = holders.map(
    ({ pid, address, application, role }) =>
      `process ${pid} (${application ?? 'unknown'}, user ${role ?? 'unknown'}, from ${address ?? "PostgreSQL's own machine"})`,
  );
  return (
    `the migrations of the database could not begin within ${Math.round(milliseconds / 1_000)} s, for others hold its locks: ` +
    `${who.join(', ') || 'nobody we may see'}. If that is a replica which migrates, wait for it and start again; if it ` +
    'hangs, stop it, or end its session in PostgreSQL with SELECT pg_terminate_backend(its process).'
  );
}

/** The names of all migrations, in their order. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS_DIRECTORY, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
