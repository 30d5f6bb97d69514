import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

/** The SQL that makes an empty database what schema.prisma says: for writing migrations and for checking them. */
export async function schemaSql(databaseUrl: string): Promise<string> {
  await loadWebAssembly();
  const content = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
  const adapter = new PrismaPg({ connectionString: databaseUrl }, { schema: 'public' });
  // The engine keeps its connections: they are closed when it is done.
  const opened: { dispose(): Promise<void> }[] = [];
  const connect = adapter.connect.bind(adapter);
  adapter.connect = async () => {
    const connection = await connect();
    opened.push(connection);
    return connection;
  };
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [['schema.prisma', content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? '';
  } finally {
    engine.free();
    for (const connection of opened) await connection.dispose();
  }
}

let loaded: Promise<void> | undefined;

/** Node 20 can't import WebAssembly as a module: instantiate it by hand, once. */
function loadWebAssembly(): Promise<void> {
  loaded ??= (async () => {
    const directory = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const bytes = await readFile(path.join(directory, 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engineModule });
    engineModule.__wbg_set_wasm(instance.exports);
    (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  })();
  return loaded;
}
