import { readFile, stat } from 'node:fs/promises';
import initSqlJs, { type Database, type SqlValue } from 'sql.js';
import { unless } from '../../database/embedded/errors.js';
import { CliError } from '../exit.js';

/** A database of snews_cs, read into memory. The file is not changed. */
export interface SnewsCsDatabase {
  /** The number of rows of a table; 0 if there is no such table. */
  count(table: TableName): number;
  /** Its rows in the order in which they were written. @throws CliError if the file turns out to be damaged */
  rows(table: TableName): Generator<DatabaseRow>;
  close(): void;
}

/** The columns of a row, and its number in the table. */
export type DatabaseRow = Readonly<Record<string, SqlValue>> & { readonly rowid: number };

/** The tables and columns of snews_cs 3.0.1 that are read (its db_schema.sql). */
const TABLES = {
  coincidence_tier_archive: [
    'message_id',
    'schema_version',
    'detector_name',
    'p_val',
    'neutrino_time_utc',
    'sent_time_utc',
    'machine_time_utc',
    'meta',
  ],
  coincidence_tier_alerts: [
    'message_id',
    'alert_type',
    'server_tag',
    'false_alarm_prob',
    'detector_names',
    'sent_time_utc',
    'p_vals',
    'neutrino_times',
    'p_vals_average',
    'sub_list_number',
  ],
  // snews_cs replaces this table by one without an id.
  cached_heartbeats: ['received_time_utc', 'detector', 'stamped_time_utc', 'status'],
} as const;
export type TableName = keyof typeof TABLES;

const MAGIC = 'SQLite format 3\0';
/** The header's bytes that say how the file is written: 1 with a journal, 2 with a write-ahead log. */
const WRITE_VERSION = 18;
const READ_VERSION = 19;
const LARGEST_FILE = 1024 ** 3;

/** @throws CliError if it is not a database of snews_cs, or not a complete one */
export async function openSnewsCsDatabase(path: string): Promise<SnewsCsDatabase> {
  const found = await unless(stat(path), 'ENOENT', 'ENOTDIR');
  if (found === undefined || !found.isFile()) throw new CliError(`${path}: there is no such file.`);
  if (found.size > LARGEST_FILE)
    throw new CliError(`${path} is larger than 1 GiB, which is too large to be read into memory.`);
  const bytes = await readFile(path);
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC)
    throw new CliError(`${path} is not an SQLite database.`);
  await requireComplete(path);
  // The write-ahead log is empty or absent; the library cannot open a file that asks for one.
  if (bytes[READ_VERSION] === 2) bytes.fill(1, WRITE_VERSION, READ_VERSION + 1);
  const { Database } = await initSqlJs();
  const database = new Database(bytes);
  try {
    requireSound(database, path);
    const tables = knownTables(database, path);
    return {
      count: (table) =>
        tables.has(table) ? Number(database.exec(`SELECT count(*) FROM ${table}`)[0]?.values[0]?.[0]) : 0,
      rows: (table) => (tables.has(table) ? rowsOf(database, table, path) : nothing()),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The last writes may be in a file beside the database. */
async function requireComplete(path: string): Promise<void> {
  for (const suffix of ['-wal', '-journal']) {
    const beside = await stat(`${path}${suffix}`).catch(() => undefined);
    if (beside !== undefined && beside.size > 0) {
      throw new CliError(
        `${path}${suffix} has changes that are not in ${path} yet: stop snews_cs, or copy the database with sqlite3's .backup.`,
      );
    }
  }
}

function requireSound(database: Database, path: string): void {
  const verdict = damaged(path, () => database.exec('PRAGMA quick_check(1)')[0]?.values[0]?.[0]);
  if (verdict !== 'ok') throw new CliError(`${path} is damaged (${verdict}): restore it, or try sqlite3's .recover.`);
}

/** @throws CliError if one lacks columns, or if there is none */
function knownTables(database: Database, path: string): ReadonlySet<TableName> {
  const found = new Set<TableName>();
  // Views and virtual tables are not read, because they can be endless.
  const real = damaged(path, () =>
    database
      .exec("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")[0]
      ?.values.map(([name]) => name),
  );
  for (const [table, wanted] of Object.entries(TABLES)) {
    if (real?.includes(table) !== true) continue;
    const columns = (database.exec(`PRAGMA table_info(${table})`)[0]?.values ?? []).map(([, name]) => String(name));
    const missing = wanted.filter((column) => !columns.includes(column));
    if (missing.length > 0) {
      throw new CliError(
        `The table ${table} of ${path} is not that of snews_cs: columns ${missing.join(', ')} are missing.`,
      );
    }
    found.add(table as TableName);
  }
  if (found.size === 0) {
    throw new CliError(
      `${path} is not a database of snews_cs: it has none of the tables ${Object.keys(TABLES).join(', ')}.`,
    );
  }
  return found;
}

function* rowsOf(database: Database, table: TableName, path: string): Generator<DatabaseRow> {
  const statement = damaged(path, () =>
    database.prepare(`SELECT rowid AS rowid, ${TABLES[table].join(', ')} FROM ${table} ORDER BY rowid`),
  );
  try {
    while (damaged(path, () => statement.step())) yield statement.getAsObject() as unknown as DatabaseRow;
  } finally {
    statement.free();
  }
}

function* nothing(): Generator<DatabaseRow> {}

/** Errors of the library mean that the file is damaged. */
function damaged<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} cannot be read (${reason}): restore it, or try sqlite3's .recover.`);
  }
}
