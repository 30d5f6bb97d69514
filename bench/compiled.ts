/**
 * The compiled modules, as they run in production (the loader that runs this bench compiles differently), with the
 * types of their sources.
 */
export const compiled = {
  complete: load<typeof import('../src/domain/coincidence/complete.js')>('domain/coincidence/complete.js'),
  decodeRecord: load<typeof import('../src/intake/wire/decode-record.js')>('intake/wire/decode-record.js'),
  embedded: load<typeof import('../src/database/embedded/index.js')>('database/embedded/index.js'),
  pool: load<typeof import('../src/database/pool.js')>('database/pool.js'),
  reads: load<typeof import('../src/reads/reads.js')>('reads/reads.js'),
  service: load<typeof import('../src/cache/service.js')>('cache/service.js'),
  time: load<typeof import('../src/domain/time.js')>('domain/time.js'),
};

/** The executable of the service. */
export const EXECUTABLE = new URL('../dist/cli/main.js', import.meta.url);

function load<Module>(path: string): () => Promise<Module> {
  return async () => (await import(new URL(`../dist/${path}`, import.meta.url).href)) as Module;
}
