import type pg from 'pg';

/** The database could lose acknowledged data, or is too old; the message tells what to change. */
export class UnsafeDatabase extends Error {
  override readonly name = 'UnsafeDatabase';
}

const OLDEST_VERSION = 140_000;

/**
 * Refuses a database that may lose committed transactions when its machine fails.
 * @throws UnsafeDatabase unless `allowUnsafe`; for PostgreSQL before 14 in any case
 */
export async function requireSafeDatabase(database: pg.Pool | pg.Client, allowUnsafe: boolean): Promise<void> {
  const { rows } = await database.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'server_version_num')`,
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  if (Number(settings.get('server_version_num')) < OLDEST_VERSION) {
    throw new UnsafeDatabase('this database is older than PostgreSQL 14: upgrade it, or leave DATABASE_URL empty');
  }
  const off = [...settings].filter(([, setting]) => setting === 'off').map(([name]) => name);
  if (off.length > 0 && !allowUnsafe) {
    throw new UnsafeDatabase(
      `this database has ${off.join(' and ')} off: what is acknowledged could be lost in a power cut. Turn it on, or ` +
        'set ALLOW_UNSAFE_DATABASE=true if nothing in it matters.',
    );
  }
}
