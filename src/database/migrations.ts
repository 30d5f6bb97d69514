import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { PUBLIC, searchPath } from './schema.js';

/**
 * Applies Prisma migrations in process: Prisma's WebAssembly engine over pg, so that no native engine has to be
 * downloaded and a service brings its own database up to date when it starts.
 */
const PRISMA_DIRECTORY = fileURLToPath(new URL('../../prisma/', import.meta.url));
const MIGRATIONS_DIRECTORY = path.join(PRISMA_DIRECTORY, 'migrations');

/** Any number that every replica agrees on: two that start together migrate one after the other. */
const MIGRATION_LOCK = 7_041_987;

/**
 * Brings the database up to the newest migration.
 * @param schema where its tables lie; made if it isn't there
 * @returns the names of the migrations that were applied now
 * @throws Error naming the migration that failed; the database then needs an administrator
 */
export async function migrate(databaseUrl: string, schema?: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: databaseUrl, application_name: 'snews migrations' });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (schema !== undefined) await lock.query(`CREATE SCHEMA IF NOT EXISTS ${lock.escapeIdentifier(schema)}`);
    return await withSchemaEngine(databaseUrl, schema, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: await readMigrations(),
        filters: NO_FILTERS,
      });
      return appliedMigrationNames;
    });
  } finally {
    await lock.end();
  }
}

/** The SQL that makes an empty database what schema.prisma says: for writing migrations and for checking them. */
export function schemaSql(databaseUrl: string): Promise<string> {
  return withSchemaEngine(databaseUrl, undefined, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: await readSchema() }] },
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    });
    return stdout ?? '';
  });
}

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The engine keeps its connections, and on one of them its own lock: they are closed when `work` is done. */
async function withSchemaEngine<T>(
  databaseUrl: string,
  schema: string | undefined,
  work: (engine: engineModule.SchemaEngine) => Promise<T>,
): Promise<T> {
  await loadWebAssembly();
  const adapter = new PrismaPg(
    { connectionString: databaseUrl, options: searchPath(schema) },
    { schema: schema ?? PUBLIC },
  );
  const opened: { dispose(): Promise<void> }[] = [];
  const connect = adapter.connect.bind(adapter);
  adapter.connect = async () => {
    const connection = await connect();
    opened.push(connection);
    return connection;
  };
  const factory = bindMigrationAwareSqlAdapterFactory(adapter);
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [['schema.prisma', await readSchema()]] },
    () => {},
    factory,
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
    for (const connection of opened) await connection.dispose();
  }
}

function readSchema(): Promise<string> {
  return readFile(path.join(PRISMA_DIRECTORY, 'schema.prisma'), 'utf8');
}

let loaded: Promise<void> | undefined;

/** Node 20 can't import WebAssembly as a module: instantiate it by hand, once. */
function loadWebAssembly(): Promise<void> {
  loaded ??= (async () => {
    const directory = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const bytes = await readFile(path.join(directory, 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, {
      './schema_engine_bg.js': engineModule,
    });
    engineModule.__wbg_set_wasm(instance.exports);
    (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  })();
  return loaded;
}

/** The migrations there are, in their order. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS_DIRECTORY, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readMigrations(): Promise<engineModule.MigrationList> {
  const names = await migrationNames();
  return {
    baseDir: MIGRATIONS_DIRECTORY,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(MIGRATIONS_DIRECTORY, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(path.join(MIGRATIONS_DIRECTORY, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  };
}
