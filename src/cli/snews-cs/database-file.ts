import { readFile, stat } from 'node:fs/promises';
import initSqlJs, { type Database, type SqlValue } from 'sql.js';
import { unless } from '../../database/embedded/errors.js';
import { CliError } from '../exit.js';

/** A database of snews_cs, read into memory: the file itself is only read. */
export interface SnewsCsDatabase {
  /** How many rows a table has; 0 if there is no such table. */
  count(table: TableName): number;
  /** Its rows in the order in which they were written. @throws CliError if the file turns out to be damaged */
  rows(table: TableName): Generator<DatabaseRow>;
  close(): void;
}

/** A row by its columns, and its number in the table. */
export type DatabaseRow = Readonly<Record<string, SqlValue>> & { readonly rowid: number };

/** The tables of snews_cs 3.0.1 that are read, and of their columns those that are needed (its db_schema.sql). */
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
  // snews_cs replaces this one by one without an id.
  cached_heartbeats: ['received_time_utc', 'detector', 'stamped_time_utc', 'status'],
} as const;
export type TableName = keyof typeof TABLES;

const MAGIC = 'SQLite format 3\0';
/** The header's bytes that say how the file is written: 1 with a journal, 2 with a write-ahead log. */
const WRITE_VERSION = 18;
const READ_VERSION = 19;
const LARGEST_FILE = 1024 ** 3;

/** @throws CliError if it is no such database, or not all of one */
export async function openSnewsCsDatabase(path: string): Promise<SnewsCsDatabase> {
  const found = await unless(stat(path), 'ENOENT', 'ENOTDIR');
  if (found === undefined || !found.isFile()) throw new CliError(`${path}: there is no such file.`);
  if (found.size > LARGEST_FILE) throw new CliError(`${path} has more than 1 GiB: it is read into memory as a whole.`);
  const bytes = await readFile(path);
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC)
    throw new CliError(`${path} is no SQLite database.`);
  await requireComplete(path);
  // A write-ahead log that is empty or absent holds nothing: without shared memory the library asks for none.
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

/** What was written last may stand in a file beside it. */
async function requireComplete(path: string): Promise<void> {
  for (const suffix of ['-wal', '-journal']) {
    const beside = await stat(`${path}${suffix}`).catch(() => undefined);
    if (beside !== undefined && beside.size > 0) {
      throw new CliError(
        `${path}${suffix} holds what is not in ${path} yet: stop snews_cs, or copy the database with sqlite3's .backup.`,
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
  // A view, or a table of a module, could be without end.
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
      throw new CliError(`The table ${table} of ${path} is not that of snews_cs: it lacks ${missing.join(', ')}.`);
    }
    found.add(table as TableName);
  }
  if (found.size === 0) {
    throw new CliError(`${path} is no database of snews_cs: it has none of ${Object.keys(TABLES).join(', ')}.`);
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

/** What the library complains of is the file's fault. */
function damaged<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CliError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} can't be read (${said}): restore it, or try sqlite3's .recover.`);
  }
}
